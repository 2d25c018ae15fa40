"""Phrases about the machine that a letter came from, and how much came from it."""

REQUIREPTR = """
unverifyable sending ip
mismatches client ip
bad dns ptr
reverse dns validation failed
all mail servers must have a ptr
cannot find your hostname
cannot find your reverse hostname
cannot resolve your address
client host rejected: cannot find
client host rejected: no reverse
domain name rejected: host
does not have a ptr
fix reverse dns
fix your reverse dns
forward and reverse dns
get reverse dns
ip address…has no ptr
ip name lookup failed
ip address…not resolve
ip name forged
lacks a reverse
missing reverse dns
missing a ptr
must have a ptr record
must have a reverse dns
must resolve
needs a ptr
no matches to nameserver query
no ptr
no reverse dns
none…reverse dns
not have a reverse
no valid reverse
ptr record…not
ptr lookup
ptr record setup
reject…reverse dns
reverse dns…fail
reverse dns…required
reverse dns does not match
reverse dns lookup
reverse lookup
reverse host name
require reverse dns
sender ip reverse lookup rejected
server access…forbidden by invalid rdns
sending ip…without a ptr
the corresponding forward dns entry does not point to the sending ip
unresolvable relay host name
without reverse dns
your reverse dns
please get a custom reverse dns
this system will not accept messages from servers/devices with no reverse dns
"""

BADREPUTATION = """
bad reputation
bad sender reputation
due to ip reputation
due to poor reputation
excessive unknown recipients
ip reputation
low reputation
poor reputation
poor domain reputation
poor ip reputation
reputation of the sending
sender reputation
senderscore
sending ip…reputation
rejected by reputation
temporarily deferred due to unexpected volume or user complaints
temporarily rate limited due to ip reputation
your sending ip…reputation
reputation filter
reputation service
"""

BLOCKED = """
connection refused by
access denied, banned sending ip
access from your…denied
a problem occurred. (ask your postmaster
banned sending ip
bad sender ip
barracudacentral
blacklisted by
blacklist
blocked by black list
blocked by earthlink
blocked by ldap
blocked - see
blocked for
blocked for abuse
blocked for spam
blocked using
blocked, look
blocked because of
block list
blocklist
black listed
client host rejected: abus
client host rejected: may not be mail exchanger
client host…blocked
client host rejected
client host…listed
connection denied
connections from…not accepted
connection not accepted
connections not accepted from
currently blocked
daily relay quota
denied by…ip
dnsbl
dns bl
dynamic ip
dynamic/zombied
e-mail from this server
email blocked
error: no valid recipients from
from an open relay
has been blocked
host…is not allowed to connect
hosts with dynamic ip
http://www.spamhaus.org
https://www.spamhaus.org
https: //www.spamhaus.org
spamhaus.org
spamcop
ip…on one or more blacklist
ip…blacklisted
ip…blocked
ip address…blacklisted
ip address…blocked
ip address…rejected
ip address…is listed
ip=…a problem occurred
ip is…blacklisted
invalid ip for sending mail of domain
is blacklisted
is in a black list
is in an rbl
is not allowed access from your location
is not allowed to send mail to
is listed
is listed as
is on a blocklist
listed as…spam source
listed at…rbl
listed in…rbl
listed in…dnsbl
listed…sorbs
mail server at…is blocked
message was rejected by…blocklist
messages from…weren't sent
messages from…blocked
name was rejected. remote host said
network is on our block list
no access from mail server
not accept email from dynamic
not accepting connections
part of their network is on our block list
please get a static ip
please use the smtp server of your isp
psbl.surriel
rbl
refused to talk to me
rejecting open proxy
restricted ip
sender ip address…listed
sender ip…rejected
sending host…blocked
server refused to talk to me
service not available, closing transmission channel
service refuse
service refused
smtp error from remote mail server after initial connection
smtp error from remote server for greeting
smtp server…not allowed from your ip
sorry, your remotehost looks suspiciously like spammer
spam source
spammers are not welcome
the email…is…in our block list
to submit messages to this e-mail system
too many spams from your ip
unfortunately, messages from
unsolicited mail from your ip
was blocked by
we do not accept mail from dynamic
we do not accept mail from this ip
we have temporarily blocked
weren't sent. please contact your internet
which is an open relay
you are not allowed to connect
you are sending spam
you can't send messages from
you cannot send e-mail to yourself
your access to submit messages
your host…denied
your ip…blocked
your ip…denied
your ip…listed
your ip…blacklist
your mail server…blocked
your network is temporary blacklisted
your network…blocked
your server requires confirmation
is blocked
is temporarily blocked
was blocked
bloquee pour incident de spam
ip source bloquee
access denied...
заблокировано
в черном списке
黑名单
"""

SPEEDING = """
has sent to too many recipients this hour
is receiving mail at a rate that prevents
is receiving mail too quickly
mail sent from your ip address has been temporarily rate limited
please try again slower
receiving email at a rate
receiving mail at a rate
sending rate
throttl
too fast
too many mails… minutes
too many messages in
too much mail from
unusual rate of
unsolicited mail originating from your ip address. to protect our users from spam, mail sent
"""

TOOMANYCONN = """
all available ips are at maximum connection limit
connection frequency limited
connection rate limit
connections per ip limit
domain has exceeded the max emails per hour
exceeds maximum connections
ip frequency limited
max connections
max number of connections
maximum number of…sessions
maximum number of connections
number of recipients exceed
rate limit
simultaneous connection
has exceeded…connections
this ip…too many connections
too many connections
too many recipients
too many sessions
too many simultaneous
too many smtp sessions
too many concurrent
too many errors from your ip
too many users
throttling failure: daily message quota
we have already made numerous attempts to deliver
you have been temporarily rate limited
you have exceeded the…connections
"""
