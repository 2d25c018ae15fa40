"""Phrases about who sent a letter, with what proof and what right."""

AUTHFAILURE = """
authentication checks failed
bad spf records
dkim verification failed
dkim signature…fail
dmarc check failed
dmarc fail
dmarc polic
dmarc unauthenticated
dmarc verification
does not have authentication information or fails to pass
domain owner dmarc
due to domain…dmarc
fails spf
fails to pass authentication checks
fails to pass spf
failed dmarc
failed sender policy framework
failed spf
is not allowed to send from…spf
message failed…dkim
multiple authentication checks failed
not authenticated by dkim
not authorized by spf
not designated…spf
per it's spf record
rejected by dmarc
rejected…spf
sender is unauthenticated
sender policy framework
spf (sender policy framework)
spf check
spf error
spf fail
spf hard fail
spf record with
spf records for [
spf softfail
spf: fail
spf unauthorized
spf validation
spf/dkim
unauthenticated email
unauthenticated mail
openspf.
"""

NORELAYING = """
as a relay, but i have not been
relaying is not
as a relay, but this has not been enabled
email address is not verified
insecure mail relay
is not permitted to relay through
is not allowed to relay
mail server requires authentication when attempting to send to a non-local
no relaying
not a gateway
not allowed to relay
not an open relay
not authorized to relay
not configured to relay
not local host
not relay
not to relay
relay access denied
relay denied
relay not permitted
relay operation rejected
relay prohibited
relaying denied
relaying not allowed
relaying prohibited
relaying mail to
send to a non-local e-mail address
specify a local user
send mail from outside
that domain isn't in my list of allowed rcpthosts
isn't in my list of allowed
this mail server is not configured to relay
this system is not configured to relay
unable to relay for
unable to relay
we don't handle mail for
we don't relay
we do not relay
"""

REJECTED = """
access denied (in reply to mail from
all recipient addresses rejected : access denied
batv signature
bad sender
can't determine purported responsible
by non-member to a members-only
cannot accept…sender
domain of sender…does not exist
domain of sender…does not resolve
does not accept mail from your domain
does not accept mail from (
does not accept the sender
domain is invalid. please provide a valid from
empty envelope senders not allowed
from: domain is invalid
invalid domain in from
invalid sender
is not a registered gateway user
is not allowed to post
is not an authorized sender
may not have permission to post
not a member of this mailing list
permission to post
not have permission to post
mail from domain…does not exist
mail from not owned by user
mail from…rejected
mailfrom domain is listed
no permission to send
only members…post
only registered…post
post to this group
recipient not accepted. (batv
refused mail from
rejected by…sender
return path…does not
send mail as
sender address has been blacklisted
sender address is not accepted
sender address…rejected
sender address rejected
sender address…not exist
sender denied
sender domain must
sender domain…does not exist
sender domain…not exist
sender domain…rejected
sender email address rejected
sender not accepted
sender not authorized
sender not exist
sender not pre-approved
sender rejected
sender verification fail
sender verify failed
sender is not accepted
sender is spammer
sender is in my badmailfrom
envelope sender is in my badmailfrom
sender unknown
sending domain…does not exist
server does not accept mail from
server rejected mail from
sending to/from an address that has been blacklisted
spam reporting address
the group you tried to contact
unable to verify sender
unauthorized sender
unroutable sender address
unrouteable sender
we don't accept mail from
you are not allowed to post
you are not a member
you have been blocked by the group
you do not have permission
your email address has been blacklisted
your from address
your address is not allowed
submission denied
グループ…存在しないか
"""
