"""What gives a report away, and what gives away a mail that only looks like one."""

from __future__ import annotations

import re

# From: who writes reports.
DAEMON = re.compile(
    r"(?i)mailer[-_ ]?daemon|postmaster|post_master|mail[. ]deliver|delivery (?:sub)?system|mail (?:sub)?system|"
    r"mail administrator|delivery status|system administrator|mailadmin|returned mail|bounce|maildelivery|"
    r"no-?reply@\S*(?:dion|auone|ezweb)|fml |daemon@|mailsystem|undeliver|"
    r"amazon ?ses|no-?reply@(?:sns|amazonses)"
)
# Subject: what reports are called.
SUBJECT = re.compile(
    r"(?i)undeliver|deliver(?:y|ed)?\b.{0,30}(?:fail|status|problem|notif|report|error|delay|unsuccessful)|"
    r"fail(?:ure|ed)\b.{0,20}(?:notice|deliver|mail)|return(?:ed|ing)? (?:mail|message|to sender|e-?mail)|"
    r"mail (?:system )?(?:error|failure|status)|non[ -]?deliver|not be delivered|not delivered|could not be delivered|"
    r"could(?: not|n't) (?:send|deliver)|nondeliverable|unzustellbar|nicht zugestellt|non remis|no entregado|"
    r"не доставлен|недоставлен|送信|配信|エラー|退信|投递失败|退回|returned to sender|error sending your|"
    r"message (?:blocked|bounced|undeliver|status)|failure notice|warning: |bounce|problem delivering|delayed mail"
)
# Subject: a person passes a report on.
FORWARDED = re.compile(r"(?i)^\s*(?:fwd?|wg|tr|rv|enc|i|vs|pd)\s?:")
# Text: how a report says that a letter did not arrive.
FAILURE = re.compile(
    r"(?i)(?:could|can|may|was|were|been|has|have|is) ?(?:not|n't) (?:yet )?(?:be |been )?(?:able to )?"
    r"(?:deliver|relay|sent)|undeliver|couldn't be delivered|cannot be (?:delivered|sent)|could(?: not|n't) be reached|"
    r"(?:delivery|sending|transmission).{0,60}(?:fail|delay|not possible|unsuccessful|error)|unable to deliver|"
    r"returned (?:to sender|mail)|failed (?:permanently|to deliver)|delivery attempts|wasn't delivered|"
    r"permanent(?:ly)? (?:fatal )?(?:error|fail)|user unknown|unknown user|had (?:permanent|transient|delivery)|"
    r"did not reach|problem delivering|error delivering|no such user|mailbox (?:is )?full|returned message|failure reasons|"
    r"was rejected by|has been (?:returned|postponed)|automatically rejected|no mailbox here|not a valid user|not accepting mail|"
    r"failure notice|would not accept|unknown host|invalid (?:user|final)|"
    r"rejected your|bounced|delivery errors?\b|"
    r"was aborted after|message is delayed|transcript of session follows|you are not a member of this|"
    r"incorrectly\s+constructed|duplicated message-id in|"
    r"送信できません|送信に失敗|配信できません|配信されません|送信されません|エラー|не может быть доставлен|не доставлен|"
    r"невозможно доставить|nicht zugestellt|konnte nicht|unzustellbar|n'a pas (?:pu|été)|退信|无法|投递失败|"
    r"mancata consegna|non è stato|nie mog[łl]a? zosta[ćc]|niedostarczon|teslim edilemedi|iletilemedi|"
    r"niet (?:worden )?(?:bezorgd|afgeleverd)|"
    r"kunde inte levereras|kunne ikke leveres|toimittaminen epäonnistui|nelze doručit|nedoručen|전송하지 못|발송 실패|반송|"
    r"no (?:se )?pudo|não (?:foi|pôde)|impossibile"
)
# Subject: automatic replies of people who are away.
AWAY = re.compile(
    r"(?i)^(?:re: ?|aw: ?|auto(?:matic|mated)?[ -:]*(?:reply|response|antwort)?:? ?){0,3}(?:out of (?:the )?office|"
    r"auto(?:matic|mated)?[ -]?(?:reply|response)|automatische antwort|abwesen|réponse automatique|absence|vacation|away|"
    r"on (?:leave|holiday|vacation)|respuesta automática|risposta automatica|autoreply|自動(?:返信|応答)|自动回复|"
    r"автоответ|i am (?:away|out)|resposta automática|automatisch antwoord)"
)
# Text: a letter that is late, not lost.
DELAY = re.compile(
    r"(?i)has been delayed|this is a warning|warning: (?:could not|message)|not yet been delivered|"
    r"still (?:being tried|undelivered)|will (?:be retried|keep trying|continue to)|delivery is delayed|"
    r"gmail will retry|temporary problem delivering|has been postponed|"
    r"delivery attempts will continue|delayed mail|"
    r"you do not need to re-?send|temporary failure report|message delayed|no action is required on your part"
)
# Text, at its beginning: a machine speaks of our letter.
PLAIN = re.compile(
    r"(?i)\b(?:your|the|this|following) (?:original )?(?:e-?mail|mail|message)\b[^>@]{0,120}?(?:could|can|was|has)\s?(?:not|n't)\s+"
    r"(?:yet )?(?:be |been )?(?:delivered|sent)"
)
# Text, at its very beginning: sentences of well-known systems.
SURE = re.compile(
    r"(?i)this is (?:the|an?) (?:[\w-]+ ){0,4}(?:qmail-send|mail system at|mail delivery agent|delivery status notification)|"
    r"created automatically by mail delivery|message from interscan|delivery to the following recipients? |"
    r"transcript of session|the following addresses had|could not be delivered to (?:the following|one or more)|"
    r"could(?: not|n't) be delivered to\s|failed recipients|did not reach the following|automatically generated delivery status|"
    r"unable to deliver (?:your )?(?:message|mail) to|mailenable: message|delivery has failed to these|n'a pas pu [eê]tre d[eé]livr"
)
# Content-Type: somebody opened a letter (RFC 8098).
RECEIPT = re.compile(r"(?i)disposition-notification")
