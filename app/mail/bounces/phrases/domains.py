"""Phrases about a domain that does not exist, or takes no mail."""

HOSTUNKNOWN = """
all relevant mx records point to non-existent hosts
bad destination system
couldn't find any host named
couldn't find any host by that name
dns error…domain not found
dns lookup failure
dns: domain not found
domain does not exist
domain doesn't exist
domain is not reachable
domain must exist
domain name not found
domain not found
domain of recipient…does not exist
domain unknown
host does not exist
host name is unknown
host not found
host or domain name not found
host unknown
illegal host/domain name
illegal host
invalid domain
invalid host
mail domain mentioned in email address is unknown
no such domain
no such host
name or service not known
name service error for
nxdomain
domain…couldn't be found
recipient address rejected: unknown domain name
recipient domain must exist
recipient's domain…does not exist
the account or domain may not exist
the domain…doesn't exist
the mail could not be delivered to the recipient because the domain is not reachable
unable to resolve
unknown domain
unknown host
unresolvable domain
unrouteable address
unroutable address
unrouteable mail domain
unroutable mail domain
email routing issue
couldn't find any host
hôte inconnu
unbekannte domain
домен не найден
домен не существует
"""

NOTACCEPT = """
an mx or srv record indicated no smtp service
does not accept mail
doesn't accept mail
domain does not accept email
domain doesn't accept email
host…does not accept
no mx found for
no mx record found
no mail exchanger
mail receiving disabled
nullmx
null mx
domain has null
system not accepting network messages
system is not accepting network messages
couldn't find a mail exchanger or ip
recipient domain…does not accept
this host does not accept mail
destination does not accept email
"""
