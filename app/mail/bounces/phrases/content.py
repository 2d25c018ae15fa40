"""Phrases about the letter itself: its size, its form, and what a filter thinks of its content."""

VIRUSDETECTED = """
antivirus…rejected
believed to be infected
contains a virus
contains virus
found a virus
infected file
infected message
infected with
malware detected
mcspamsignature
message contains…malware
mail contains virus
suspicious virus code
virus detected
virus found
virus infected
virus phishing
virus/malware
virus-infected
your computer…infected with a virus
the message was rejected because it contains prohibited virus
"""

EXCEEDLIMIT = """
message length exceeds administrative limit
message length exceeds limit set by recipient
message too large for this recipient
message size exceeds fixed maximum
message size exceeds fixed limit
message exceeds…recipient
recipsizelimit
resolver.rst.recipsize
resolver.rst.sendsizelimit
exceeds the maximum size of the recipient
too large for recipient
"""

MESGTOOBIG = """
class=size limit
size=message too big
exceeded maximum inbound message size
exceeds the size limit
exceeds maximum message size
exceeds the maximum message size
exceeds size limit
larger than the maximum
larger than the size limit
line limit exceeded
mail size limit exceeded
max message size exceeded
max.message size
maximum allowed message size
maximum message size exceeded
message exceeds…size
message file too big
message is too big
message is too large
message larger than
message length exceeds
message mail size…over
message size exceeded
message size exceeds
message size…exceeds
message too big
message too large
message too long
message…too large for
message was too large
size limit exceeded
size exceeds
your message file was too big
nachricht ist zu gro
größe…überschreitet
taille…dépasse
слишком большо…письм
превышен…размер
サイズが大き
"""

NOTCOMPLIANTRFC = """
duplicate header
is not rfc 5322 compliant
is not rfc 2822 compliant
is not rfc compliant
messages with multiple addresses in from
multiple addresses in from: header
multiple from headers
not compliant with rfc
not rfc 5322
not rfc compliant
rfc 5322 compliant
message is not rfc
"""

CONTENTERROR = """
8-bit data in message header
header contains…8-bit
headers too large
improper use of 8-bit
media error
media not supported
message header size, or
mime content error
mime too many
conversion required and prohibited
conversion required but not supported
conversion failed
file type…not allowed
the headers in this message contain improperly
too many attachments
your message is malformed
this message contain invalid mime headers
this message contain improperly-formatted
this message contain text that uses unnecessary base64
message contains…bare
attachment…not allowed
unsupported attachment
"""

SPAMDETECTED = """
spam classif
triggered a spam
spam block
spam list
spam points
spamprofiler
spam-like
uribl policy
classification as bulk
rejected - bulk email
mass mailer
flagged as spam
appears to be spam
appears to be unsolicited
blacklisted url in message
blocked by our spam
blocked by spam
classified as spam
considered spam
considered unsolicited
contains spam
content filter rejection
content filtered
content rejected
content spam
detected as spam
domain…listed in uribl
dt:spm
identified as spam
identified spam
is spam
is classified as spam
junk mail rejected
likely spam
looks like spam
mail appears to be unsolicited
mail content denied
mail rejete. mail rejected
mail rejected. ofr
message content rejected
message considered as spam
message has been scored as spam
message identified as spam
message is being rejected as it seems to be a spam
message is spam
message rejected as spam
message rejected due to suspected spam
message scored
message was rejected as spam
message was marked as spam
our filters rate at and above some percentage of
probable spam
ref:spam
reject: spam
rejected as spam
rejected by anti-spam
rejected by spam
rejected due to spam
rejected for spam
rejected by the anti-spam
rejected: spam
rejected…spam content
spam check
spam content
spam detect
spam email
spam firewall
spam mail
spam message
spam not accepted
spam or virus
spam refused
spam rejection
spam score
spam threshold
spamassassin
suspected spam
suspected to be spam
sounds like spam
spamming not allowed
that is spam
the message was rejected because it was likely spam
this message appears to be spam
this message has been identified as spam
this message looks like spam
this message scored
too much spam
unsolicited bulk
unsolicited mail
was identified as spam
we dont accept spam
your email…spam
- spam.
подозрение на спам
похоже на спам
спам
垃圾邮件
迷惑メール
a url in this…listed
body of message generated response
message blocked…uribl
"""

POLICYVIOLATION = """
against…policy
blocked by policy
blocked…content policy
breach of policy
by our content policy
content policy
denied by policy
does not meet our delivery requirements
due to policy
email not accepted for policy reasons
email rejected due to security policies
email security policy
for policy reasons
header error
host network not allowed
local policy
mail policy
message bounced due to organizational settings
message refused by content policy
message was blocked because its content presents a potential
message not accepted for policy
not allowed by…policy
policy reasons
policy rejection
policy restrict
policy violation
protocol violation
prohibited by policy
rejected due to…policy
rejected by policy
rejected by content policy
sending…not permitted by policy
violates…policy
violation of…policy
we have a policy
you have exceeded the allowable number of posts without solving a captcha
you have exceeded the maximum number of…posts
"""

# Said at all, when nothing more telling is.
SPAM_AT_ALL = """
_spam_
_spam.
_spam,
(spam
'spam'
anti-spam
antispam
: spam
"""
