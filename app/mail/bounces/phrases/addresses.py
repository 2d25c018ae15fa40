"""Phrases about an address that does not exist, or no longer."""

USERUNKNOWN = """
inexistente
não existe
unbekannte adresse
adresse unbekannt
ist nicht bekannt
ist unbekannt
existiert nicht
n'existe pas
indirizzo inesistente
utente inesistente
nieznany użytkownik
użytkownik nie istnieje
kullanıcı bulunamadı
bilinmeyen kullanıcı
böyle bir kullanıcı yok
onbekende gebruiker
gebruiker onbekend
bestaat niet
okänd användare
okänd mottagare
finns inte
findes ikke
ukendt modtager
ukjent bruker
finnes ikke
tuntematon
neexistuje
neznámý uživatel
존재하지 않는
없는 사용자
ユーザーが存在しません
該当するユーザ
查無此人
无此用户
不存在，邮件无法
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

# Only about an address, never a filter's excuse.
TELLING = """
recipient address rejected: access denied
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
