"""Phrases about the machines and the way between them."""

NETWORKERROR = """
could not connect and send the mail
dns records for the destination computer could not be found
dns query failed
host name lookup failure
host not found, try again
host is unreachable
hop count exceeded
mail forwarding loop
mail is looping
mail loop
mail loops back
malformed name server reply
malformed or unexpected name server reply
maximum forwarding loop count exceeded
maximum hop count
message looping
message probably in a routing loop
name server: …host name lookup failure
network error
network is unreachable
network unreachable
no route to host
not able to establish an smtp connection
wasn't able to establish an smtp connection
routing loop
this message is looping
too many hops
too many received
unable to resolve route
loops back to myself
looped
lost connection with…while performing the helo
maximum number of hops
exceeded the maximum number of hops
couldn't connect to host
hop limit
"""

EXPIRED = """
could not deliver for the last
have been failing for a long time
was not delivered within
not been able to deliver within
is not responding
did not accept our requests to connect
envelope expired
delivery failed…attempts
aborted after
could not find a gateway
connection timed out
could not find a gateway for
could not be delivered for more than
connect timed out
conversation with…timed out
delivery expired
delivery attempts will continue
delivery time expired
delivery timed out
delivery timeout
failed to deliver to domain…after…tries
has been delayed
has been in the queue too long
has not been collected after
has not been delivered for
it has not been collected after
i'm not going to try again; this message has been in the queue too long
message could not be delivered for more than
message delayed
message expired
message still undelivered after
message timed out
message was undeliverable within
message will be retried
not been delivered within
operation timed out
retry time not reached for any host
retry timeout exceeded
retry time exceeded
server did not respond
the message has not been delivered after
this message has been in the queue too long
time limit for delivery
timed out while
unable to deliver in
unable to deliver message after multiple retries
was not reachable within the allowed queue period
will be retried
your message could not be delivered for more than
for too long
deferred: connection timed out
delivery to the following recipient has been delayed
could not be delivered within
has expired while
exceeded the time limit
too long in queue
expired in queue
отложен
задержан
"""

MAILERERROR = """
command failed:
command output
couldn't create…id: no such user
returned by command
exited with value
failed to run
got signal
id: no such user
local configuration error in mailer
maildrop:
mailer error
pipe to |
procmail:
pipe delivery
return code from mail
transport rejected the message
unknown mailer error
|/
exit status
temporary failure. command
x-unix;
user defined signal
"""

SYSTEMFULL = """
disk full
exceeded storage limit of server
file system full
insufficient disk space
insufficient storage
mail system full
no space left on device
requested mail action aborted: exceeded storage allocation
system storage
temporary local storage
"""

SYSTEMERROR = """
service currently unavailable
address family not supported
aliasing/forwarding loop
an internal error
broken pipe
can't create user output file
cannot send e-mail to this…server error
configuration error
could not load drd
could not read
could not lookup
duplicated message-id
insufficient permission
internal error
internal message conversion error
internal reject
internal server error
internal system error
interrupted system call
it encountered an error while being processed
ldap attribute is not given
ldap server
local delivery failed
local error in processing
loop was found in the mail exchanger
message rejected, local error
queue file write error
resources temporarily unavailable
relay connection error
remote server is misconfigured
resources unavailable
server configuration error
server configuration problem
server internal error
system config error
system configuration error
temporary local problem
temporary system error
timeout waiting for input
transaction failed
unable to contact ldap
unable to connect ldap
unexpected failure
unable to deliver message after multiple retries, giving
this system is currently unavailable
operating system error
interner fehler
"""

SECURITYERROR = """
unauthenticated senders not allowed
turn on smtp authentication
account not subscribed to ses
authentication credentials invalid
authentication failed
authentication failure
authentication required
authentication turned on in your email client
executable files are not allowed
insecure mail
password…expired
sorry, you don't authenticate
starttls is required
must issue a starttls
unauthorized connection
user authentication required
verification failure
you are not authorized to send mail, authentication is required
encryption needed
encryption required
security error
not authorized to send
authorization failed
rights to send
"""

FAILEDSTARTTLS = """
failed to initiate tls
tls handshake fail
tls is not available due to
tls negotiation failed
tls required but was not
starttls failed
tls handshake
could not start tls
cannot start tls
"""

SYNTAXERROR = """
bad command
command not recognized
command unrecognized
command parameter not implemented
command out of sequence
improper sequence of commands
malformed address
syntax error
unrecognized command
unrecognised command
need mail before rcpt
"""

ONHOLD = """
on hold
temporary failure
upstream error
due to a recipient error
mail rejected by destination domain
"""
