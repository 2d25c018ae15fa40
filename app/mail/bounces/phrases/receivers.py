"""Phrases about the person or the domain that a letter was for."""

USERUNKNOWN = """
recipient address rejected._
nie istnieje
konto niedostepne
nie ma takiego
destinatario…desconocido
odbiorca nieznany
bad recipient
bad rcpt
badrcptto
recipient address rejected: access denied
mailbox unavailable
user unknown
unknown user
unknown recipient
unknown address
recipient unknown
unknown local part
unknown local user
unknown account
unknown mailbox
unknown email address
unknown e-mail address
unknown virtual user
unknown addressee
address unknown
mailbox unknown
no such user
no such recipient
no such mailbox
no such address
no such local user
no such person
no such account
no such email
no such member
no mailbox here by that name
no mailbox by that name
no mailbox found
no account by that name
no user by that name
no thank you rejected: account unavailable
account not found
account does not exist
account doesn't exist
account is not valid
account unknown
address not found
address does not exist
address doesn't exist
address is not valid
address no longer valid
address rejected: undeliverable
address not present in directory
addressee unknown
bad destination mailbox
bad recipient
can't find…mailbox
cannot find…mailbox
could not find a user
couldn't be found or is unable to receive
address couldn't be found
address was not found
address wasn't found
because the address couldn't be found
destination mailbox address invalid
does not exist here
does not exist on this server
does not exist on this system
does not have an account here
doesn't have a…account
doesn't have an account
does not have a…account
domain is valid but the mailbox
e-mail address…does not exist
email address…does not exist
email account that you tried to reach does not exist
email account…doesn't exist
email address could not be found
email address wasn't found
invalid address
invalid local address
invalid mailbox
invalid recipient
invalid user
invalid final delivery user
is a deactivated mailbox
is not a known user
is not a registered
is not a valid mailbox
is not a valid recipient
is not a valid user
is not an active address
is not known at this
is unknown to this server
local recipient unknown
mailbox does not exist
mailbox doesn't exist
mailbox not found
mailbox not present
mailbox for…does not exist
mailbox you are trying to reach does not exist
member not found
name is not recognized
no account here
no local mailbox
no longer an employee
no longer at this
no mail box available for this user
no valid recipients for this
non-existent user
nonexistent user
non existent user
nonexistent mailbox
non-existent mailbox
not a valid mailbox
not a valid recipient
not a known user
not a local user
not a recipient
not found in directory
not listed in domino directory
not listed in public name
not known here
recipient…does not exist
recipient…not found
recipient address rejected: no such
recipient address rejected: invalid
recipient address rejected: undeliverable address
recipient address rejected: user…does not exist
recipient address…not found
recipient does not exist
recipient doesn't exist
recipient is not exist
recipient not found
recipient not exist
recipient not ok
recipient rejected: no account
recipnotfound
recipientnotfound
said: 550-unknown
sorry, no mailbox here
sorry, user unknown
that user does not exist
the mailbox is not available on this system
the recipient name is not recognized
the recipient cannot be verified
there is no one at this address
there is no such
there's no such
this address does not exist
this address doesn't exist
this address no longer accepts mail
this email address is wrong or no longer valid
this is not a valid
this recipient e-mail address was not found
this recipient email address was not found
this user doesn't have a
unknown in local recipient table
unknown in relay recipient table
unknown in virtual
unknown or illegal alias
unrouteable mailbox
unable to validate recipient
undeliverable address
usuario desconocido
usuario no existe
utilisateur inconnu
adresse inconnue
adresse destinataire invalide
adresse d'au moins un destinataire invalide
destinataire inconnu
unbekannter empf
unbekannter benutzer
empf…existiert nicht
adresse existiert nicht
benutzer unbekannt
utente sconosciuto
usuário desconhecido
пользователь не найден
пользователя не существует
нет такого пользователя
ящик не существует
ящика не существует
такого адреса не существует
такой учетной записи нет
宛先のメールアドレスが見つか
メールアドレスが存在しない
アドレスが見つかりません
存在しないメールアドレス
用户不存在
收件人不存在
地址不存在
该用户不存在
邮箱不存在
收件人的邮箱地址不存在
无法找到…收件人
收件者…不存在
user…does not exist
user…doesn't exist
user…not known
user…not found
user…not exist
user not listed
user not known
user name of email address
vrfy failed
we do not have this user
you have specified a wrong
xx-user-unknown
couldn't find any user
cannot be delivered to the recipient because the recipient does not exist
all recipients were rejected: user
no existe
mailbox…has been removed
has been deleted
"""

FILTERED = """
because the recipient is only accepting mail from
because the recipient is not accepting mail
because of your mail address
bounced by recipient filter
due to extended inactivity
has been rejected by the recipient
is not accepting any mail
is not accepting messages from
message filtered
message rejected by recipient
mail filtered
not accepting mail from you
refused due to recipient preferences
resolver.rst.notauthorized
sender is not authorized to send to…recipient
the recipient is only accepting
this account is protected by
user rejected the message
user reject
we failed to deliver mail because
you have been blocked by the recipient
your email has been rejected by the recipient
your mail address is blacklisted by the recipient
this is a one-way address
"your email address…not authorized by recipient
refused by recipient
受信拒否
ドメイン指定
was rejected by a remote mail server
"""

HASMOVED = """
has been replaced by
has moved
recipient no longer on server
no longer at this address, please
no forwarding address
not our customer
not our user
user has moved to
user is no longer on this
user moved
mailbox has moved
mailbox moved
account…has been moved
address…has changed
address changed
please use…new address
new email address is
551 user not local; please try
has relocated
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

MAILBOXFULL = """
exceeded its disk space limit
exceeded its quota
exceeded its mailbox
casilla de mail agotado
espacio insuficiente
skrzynka…przepełniona
full (quota
over its quota
account disabled temporarly for exceeding
account is exceeding their quota
account is over quota
account is temporarily over quota
as their mailbox is full
boite pleine
boîte…pleine
buzon lleno
buzón…lleno
caixa…cheia
casella piena
delivery failed: over quota
disc quota exceeded
disk quota exceeded
does not have enough space
exceed…quota
exceeded storage allocation
exceeding its mailbox quota
exceeds allowed size
full mailbox
incoming mailbox for user…is full
inbox is full
inbox is out of storage
is full
is over quota
is over disk quota
is over the maximum allowed mailbox size
is running over quota
mail box full
mail quota exceeded
mail file size exceeds the maximum size allowed for mail delivery
mailbox exceeds…quota
mailbox exceeded
mailbox exceeds allowed size
mailbox full
mailbox is full
mailbox over quota
mailbox quota
mailbox size limit exceeded
mailbox would exceed
mailfolder is full
maildir over quota
maildir overquota
maildir delivery failed: userdisk quota
maximum…mailbox size…exceeded
message would exceed…quota
not enough disk space
not enough storage space in
not enough space in…mailbox
over the maximum allowed number of messages
over quota
overquota
over the allowed quota
postfach ist voll
postfach voll
postfach…überfüllt
quota exceed
quota full
quota violation for
recipient has exceeded…storage
recipient reached disk quota
recipient rejected: mailbox would exceed maximum allowed storage
recipient storage full
recipient's inbox is out of storage
recipient's mailbox is full
recipient's mailbox…exceed
recipient is over quota
recipient over…quota
storage quota exceeded
storequota
shutoffquotaexceeded
out of storage space
too much mail in…mailbox
user account is overquota
user has exhausted allowed storage space
user has too many messages on the server
user is over quota
user is over the quota
user mailbox exceeds
user over quota
user over disk quota
user quota
user's disk quota
user's mailbox…full
volle mailbox
would be over the allowed quota
would exceed mailbox
your message to…was automatically rejected: not enough disk space
number of messages in recipient's mailbox exceeded
ящик переполнен
переполнен
почтовый ящик…заполнен
メールボックスが一杯
メールボックス…いっぱい
容量を超え
容量オーバー
邮箱已满
邮箱空间不足
邮箱容量
信箱已滿
空间已满
메일함…초과
"""

SUSPEND = """
casilla ha expirado
cuenta…suspendida
cuenta…deshabilitada
account closed
account deactivated
account disabled
account expired
account has been deactivated
account has been disabled
account has been suspended
account has expired
account is blocked
account is closed
account is disabled
account is inactive
account is locked
account is not active
account is suspended
account is temporarily
account not active
account not subscribed
account suspended
account that you tried to reach is disabled
account that you tried to reach is inactive
account…has been disabled or discontinued
account…is inactive
boite du destinataire archivee
bounced address
compte…est bloque
compte…desactive
compte…suspendu
disabled recipient
email account…inactive
invalid/inactive user
is a deactivated
is an inactive
is deactivated
is currently suspended
is suspended
is unavailable: user is terminated
konto…gesperrt
mailbox currently suspended
mailbox disabled
mailbox is deactivated
mailbox is disabled
mailbox is frozen
mailbox is inactive
mailbox is locked
mailbox temporarily disabled
mailbox unavailable because of inactivity
recipient account…blocked
recipient account is blocked
recipient account disabled
recipient is disabled
recipient is inactive
recipient suspend the service
recipient…temporarily suspended
recipient mailbox…has been disabled
recipient rejected: temporarily inactive
sorry your message to…cannot be delivered. this account has been
user account disabled
user has been suspended
user is inactive
user is suspended
user suspended
user temporary locked
user…is locked
user…temporary locked
user(s) account is disabled
vdelivermail: account is locked
this account has been disabled
this mailbox is disabled
this mailbox has been blocked due to inactivity
this user has been suspended
ящик заблокирован
заблокирован
аккаунт заморожен
アカウントは…停止
"""

# Only about an address, never a filter's excuse.
TELLING = """
recipnotfound
recipientnotfound
doesn't have a…account
does not have a…account
adresse destinataire invalide
d'au moins un destinataire invalide
invalid recipient
no mail box available for this user
requested action not taken: mailbox unavailable (
address couldn't be found
address was not found
address wasn't found
not listed in domino directory
not listed in public name
the recipient name is not recognized
"""
