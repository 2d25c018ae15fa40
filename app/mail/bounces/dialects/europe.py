"""German, French, Russian and other European providers."""

from app.mail.bounces.dialects.records import Dialect

DIALECTS = (
    Dialect(
        "gmx, web.de and 1&1",
        says=r"the following address failed:|the following addresses? failed|smtp error from remote server|fehler",
        sender=r"gmx|web\.de|1und1|1and1|kundenserver|ionos|mailer-daemon",
        names=(r"^\s*[\"'<]*{address}[\"'>]*:\s*(?P<error>.*)$", r"^\s*<?{address}>?\s*(?P<error>)$"),
    ),
    Dialect(
        "russian providers",
        says=r"не может быть доставлен|недоставлен|не доставлен|не удалось доставить|невозможно доставить",
        names=(
            r"^\s*<?{address}>?:?\s*(?P<error>.*)$",
            r"(?:получател\w+|адрес\w*|для)\W{0,6}<?{address}>?(?P<error>.*)$",
        ),
    ),
    Dialect(
        "german gateways",
        says=r"konnte nicht zugestellt werden|nicht zustellbar|unzustellbar|nicht ausgeliefert werden",
        names=(r"^\s*<?{address}>?:?\s*(?P<error>.*)$", r"(?:empf\w+|adresse|an)\W{0,6}<?{address}>?(?P<error>.*)$"),
    ),
    Dialect(
        "french gateways",
        says=r"n'a pas pu être (?:remis|délivré|distribué)|non remis|impossible de (?:remettre|délivrer|distribuer)",
        names=(
            r"^\s*<?{address}>?\s?:?\s*(?P<error>.*)$",
            r"(?:destinataire|adresse|à)\W{0,6}<?{address}>?(?P<error>.*)$",
        ),
    ),
    Dialect(
        "spanish, portuguese and italian gateways",
        says=r"no (?:se pudo|ha podido|pudo) (?:ser )?entrega|no entregado|não (?:foi|pôde) (?:ser )?entregue"
        r"|non è stato (?:recapitato|consegnato)|não entregue|impossibile (?:consegnare|recapitare)",
        names=(r"^\s*<?{address}>?:?\s*(?P<error>.*)$",),
    ),
)
