"""Phrases about a mailbox that exists but takes no letter now, or none of ours."""

MAILBOXFULL = """
speicherplatz erschöpft
skrzynka pełna
skrzynka jest pełna
kutusu dolu
postvak is vol
mailbox is vol
postvak vol
brevlådan är full
indbakken er fuld
postboks…full
schránka je plná
boîte de réception est pleine
la boîte aux lettres est pleine
casella di posta piena
espaço insuficiente
buzón está lleno
전체 용량
용량을 초과
郵箱已滿
信箱已满
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
