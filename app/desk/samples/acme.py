"""Acme Printers looks after printers of companies in many countries; Kim, Ann and Jonas answer."""

# ruff: noqa: E501  a letter stands here as it was written, one line each

from __future__ import annotations

from app.desk.samples.stories import DAY, HOUR, Answer, Change, Company, Give, Note, Person, Reply, Story, World

MARTA = Person(
    name="Marta Keller", email="marta.keller@nordwind.example", title="Head of Operations", phone="+49 40 5550 4410"
)
JAN = Person(
    name="Jan Petersen", email="jan.petersen@nordwind.example", title="Managing Director", phone="+49 40 5550 4400"
)
PRIYA = Person(
    name="Priya Raman", email="priya@brightside-dental.example", title="Practice Manager", phone="+44 20 7946 0112"
)
JENS = Person(name="Jens Petersen", email="j.petersen@ostsee-apotheken.example", title="Buchhaltung")
ELENA = Person(
    name="Елена Соколова", email="sokolova@severny-veter.example", title="Логистика", phone="+7 812 555 01 44"
)
LIWEI = Person(name="李伟", email="liwei@mingyuan-keji.example", title="财务主管")
RUI = Person(name="Rui Tavares", email="rui.tavares@uminho.example", title="Serviços de Informática")
INGRID = Person(
    name="Ingrid Solberg", email="ingrid@fjordline.example", title="Office Manager", phone="+47 55 55 12 12"
)
OLIVER = Person(name="Oliver Hellmann", email="oliver@hellmann-soehne.example", title="Entwicklung")
CHLOE = Person(name="Chloé Martin", email="chloe.martin@cafe-lumiere.example", title="Gérante")
TOM = Person(name="Tom Baker", email="tom.baker@harbour-finch.example", title="Analyst")
SOFIA = Person(name="Sofia Lindqvist", email="sofia@polarbo.example", title="Inköp", phone="+46 40 55 50 110")
AYLIN = Person(name="Aylin Demir", email="aylin.demir@bosporus-tekstil.example", title="Satın Alma")
MARCO = Person(name="Marco Bellini", email="m.bellini@officina-bellini.example", title="Titolare")
YUKI = Person(name="佐藤 由紀", email="sato@hoshi-insatsu.example", title="総務部")
LENA = Person(name="Lena Vogt", email="lena.vogt@gmail.com")
PABLO = Person(name="Pablo Ortega", email="pablo@ortega-arquitectos.example", title="Arquitecto")

ACME = World(
    channel="support",
    channel_name="Acme Support",
    signature="Acme Printers · Support\nMon to Fri 8:00 – 18:00 · +49 30 5550 100",
    teams={"Support": ("kim", "ann", "jonas"), "Billing": ("jonas",)},
    companies=(
        Company(
            name="Nordwind Logistik GmbH", domain="nordwind.example", age=980 * DAY, owner="kim", phone="+49 40 5550 4400",
            note="42 devices on five floors. Deliveries by the yard, Kontorhaus 4.",
        ),
        Company(name="Brightside Dental Group", domain="brightside-dental.example", age=610 * DAY, owner="kim", phone="+44 20 7946 0100"),
        Company(name="Ostsee Apotheken eG", domain="ostsee-apotheken.example", age=570 * DAY, owner="jonas"),
        Company(name="ООО «Северный ветер»", domain="severny-veter.example", age=420 * DAY, owner="ann"),
        Company(name="上海明远科技有限公司", domain="mingyuan-keji.example", age=400 * DAY, owner="ann"),
        Company(name="Universidade do Minho", domain="uminho.example", age=390 * DAY, owner="kim", note="Two sites: Braga and Porto."),
        Company(name="Fjordline AS", domain="fjordline.example", age=300 * DAY, owner="jonas"),
        Company(name="Hellmann & Söhne", domain="hellmann-soehne.example", age=280 * DAY),
        Company(name="Café Lumière SARL", domain="cafe-lumiere.example", age=250 * DAY, owner="ann"),
        Company(name="Harbour & Finch Ltd", domain="harbour-finch.example", age=200 * DAY, owner="jonas"),
        Company(name="Polarbo Möbler AB", domain="polarbo.example", age=150 * DAY, owner="kim"),
        Company(name="Bosporus Textil A.Ş.", domain="bosporus-tekstil.example", age=120 * DAY),
        Company(name="Officina Bellini", domain="officina-bellini.example", age=60 * DAY),
    ),
    stories=(
        Story(
            age=23 * DAY, sender=MARTA, subject="Move of two devices to Hafen",
            text="Hello,\n\nnext Friday we move M480-11 and M480-12 to the Hafen site. Do we have to tell you the new room numbers?\n\nMarta Keller",
            steps=(
                Give(age=23 * DAY - 30, who="ann", to="ann"),
                Answer(age=23 * DAY - 55, who="ann", text="Hello Marta,\n\nyes please: building, floor and room are enough. Toner goes to the new address from then on.\n\nAnn"),
                Reply(age=22 * DAY, text="Hafen 2, ground floor, room 0.14, both of them. Thank you!"),
                Answer(age=22 * DAY - 40, who="ann", text="Done. Have a good move.\n\nAnn", status="solved"),
                Change(age=12 * DAY, who="ann", status="closed"),
            ),
        ),
        Story(
            age=16 * DAY, sender=JAN, subject="Cost report per floor",
            text="Dear Acme team,\n\nfor the budget I need what each floor printed in the last quarter, black and colour apart.\n\nKind regards\nJan Petersen",
            steps=(
                Give(age=16 * DAY - 50, who="jonas", to="jonas"),
                Change(age=16 * DAY - 51, who="jonas", tags=("reports",), team="Billing"),
                Note(age=16 * DAY - 80, who="jonas", text="The export has it by device; floors are in the room field. I sum them up by hand this time."),
                Answer(age=15 * DAY, who="jonas", text="Dear Mr Petersen,\n\nthe figures are below. Floor 3 prints *half* of all colour pages.\n\nJonas Weber", status="solved"),
            ),
        ),
        Story(
            age=14 * DAY, sender=PRIYA, subject="Two practices share one meter reading",
            text="Hello,\n\nsince the merger the counters of Hackney and Bow are one number. Can we have them apart again?\n\nPriya",
            steps=(
                Give(age=14 * DAY - 30, who="kim", to="kim"),
                Note(age=14 * DAY - 45, who="kim", text="They replaced the Bow device and kept its serial number. I split it at 3 March."),
                Answer(age=13 * DAY, who="kim", text="Hello Priya,\n\nthey are apart again, also for the months behind us. The next invoice shows two lines.\n\nKim", status="solved"),
                Reply(age=13 * DAY - 200, text="Wonderful. One more thing: could the invoice go to accounts@ as well?"),
                Answer(age=13 * DAY - 240, who="kim", text="Of course, from December on.\n\nKim", status="solved"),
                Change(age=5 * DAY, who="kim", status="closed", tags=("billing",)),
            ),
        ),
        Story(
            age=11 * DAY, sender=ELENA, subject="Нужны закрывающие документы за октябрь",
            text="Добрый день!\n\nПришлите, пожалуйста, акт и счёт-фактуру за октябрь.\n\nЕлена Соколова",
            steps=(
                Give(age=11 * DAY - 25, who="jonas", to="jonas"),
                Change(age=11 * DAY - 26, who="jonas", tags=("billing",), team="Billing"),
                Answer(age=11 * DAY - 70, who="jonas", text="Добрый день!\n\nДокументы отправлены сегодня почтой, копии придут отдельным письмом.\n\nJonas Weber", status="solved"),
            ),
        ),
        Story(
            age=7 * DAY, sender=INGRID, subject="Driver for macOS 26",
            text="Hi,\n\nis there a driver for macOS 26 yet? Two of us updated without asking, sorry.\n\nIngrid",
            steps=(
                Give(age=7 * DAY - 20, who="ann", to="ann"),
                Answer(age=7 * DAY - 50, who="ann", text="Hi Ingrid,\n\nno driver needed any more: remove the printer and add it again as *AirPrint*.\n\nAnn", status="solved"),
                Reply(age=6 * DAY + 600, text="That was easy. Thanks Ann!"),
                Change(age=6 * DAY + 580, who="ann", status="solved", tags=("drivers",)),
            ),
        ),
        Story(
            age=3 * DAY + 400, sender=LIWEI, subject="彩色打印成本突然上升",
            text="您好，\n\n十一月的彩色打印费用比十月高出一倍，但我们的使用量没有变化。请帮忙核查。\n\n李伟",
            steps=(
                Give(age=3 * DAY + 350, who="ann", to="ann"),
                Note(age=3 * DAY + 300, who="ann", text="Default was set to colour with the driver update on 2 November. 1,140 pages of plain text in colour."),
                Answer(age=3 * DAY + 250, who="ann", text="您好，\n\n驱动更新后默认设置变成了彩色打印，我们已改回黑白，并退还差额。\n\nAnn Okafor", status="solved"),
                Change(age=3 * DAY + 249, who="ann", tags=("billing", "drivers")),
            ),
        ),
        Story(
            age=1 * DAY + 420, sender=JENS, subject="Drucker in der Filiale Warnemünde offline",
            text="Moin,\n\nder Drucker in Warnemünde ist seit heute früh offline, das Licht am Netzwerkstecker ist aus. Kabel getauscht, gleiches Bild.\n\nJens Petersen",
            steps=(
                Give(age=1 * DAY + 400, who="jonas", to="jonas"),
                Change(age=1 * DAY + 399, who="jonas", tags=("hardware",), priority="high"),
                Answer(age=1 * DAY + 380, who="jonas", text="Moin Herr Petersen,\n\ndas klingt nach der Netzwerkkarte. Henrik ist morgen zwischen acht und zehn bei Ihnen.\n\nJonas Weber"),
                Reply(age=9 * HOUR, text="Henrik war da, läuft wieder. Danke!"),
                Change(age=8 * HOUR + 50, who="jonas", status="solved"),
            ),
        ),
        Story(
            age=11 * HOUR, sender=CHLOE, subject="Changer le RIB sur le contrat",
            text="Bonjour,\n\nnous changeons de banque. Faut-il un nouveau mandat SEPA ?\n\nChloé Martin",
            steps=(
                Give(age=10 * HOUR + 40, who="jonas", to="jonas"),
                Change(age=10 * HOUR + 39, who="jonas", tags=("billing",), team="Billing"),
            ),
        ),
        Story(
            age=9 * DAY, sender=MARCO, subject="Ordine toner: quantità sbagliata",
            text="Buongiorno,\n\nabbiamo ricevuto 2 toner invece di 12. Potete controllare l'ordine?\n\nGrazie\nMarco Bellini",
            steps=(
                Give(age=9 * DAY - 20, who="jonas", to="jonas"),
                Answer(age=9 * DAY - 45, who="jonas", text="Buongiorno,\n\nmi scuso: nell'ordine manca una cifra. Gli altri dieci partono oggi.\n\nJonas Weber"),
                Reply(age=8 * DAY, text="Arrivati stamattina, grazie mille."),
                Change(age=8 * DAY - 30, who="jonas", status="solved", tags=("toner",)),
            ),
        ),
        Story(
            age=6 * DAY, sender=YUKI, subject="用紙トレイの警告が消えません",
            text="お世話になっております。星印刷の佐藤です。\n\nトレイ2に用紙を入れても「用紙なし」の警告が消えません。対処方法を教えていただけますでしょうか。\n\nよろしくお願いいたします。",
            steps=(
                Give(age=6 * DAY - 90, who="ann", to="ann"),
                Answer(age=6 * DAY - 130, who="ann", text="佐藤様\n\nご連絡ありがとうございます。トレイを一度取り出し、奥のセンサーの紙粉を乾いた布で拭いてください。\n\nAnn Okafor"),
                Reply(age=5 * DAY, text="拭いたところ、警告が消えました。ありがとうございました。"),
                Change(age=5 * DAY - 25, who="ann", status="solved", tags=("hardware",)),
            ),
        ),
        Story(
            age=4 * DAY, sender=LENA, subject="Do you repair private printers too?",
            text="Hi, I have an old M220 at home that eats paper. Do you repair those or only for companies?\n\nLena",
            steps=(
                Give(age=4 * DAY - 35, who="kim", to="kim"),
                Answer(age=4 * DAY - 60, who="kim", text="Hello Lena,\n\nonly for companies, I am afraid. The M220 has a service sheet for the pick-up roller, it is a ten minute job.\n\nKim", status="solved"),
            ),
        ),
        Story(
            age=2 * DAY + 300, sender=SOFIA, subject="Quote for a second site in Malmö",
            text="Hello,\n\nwe open a second showroom in Malmö in February: eight people, one colour device, one label printer. What would that cost per month?\n\nSofia Lindqvist\nPolarbo Möbler AB",
            steps=(
                Give(age=2 * DAY + 250, who="kim", to="kim"),
                Change(age=2 * DAY + 249, who="kim", priority="low", tags=("sales",)),
                Answer(age=2 * DAY + 200, who="kim", text="Hello Sofia,\n\ncongratulations! Sabine from sales will call you tomorrow at ten.\n\nKim"),
            ),
        ),
        Story(
            age=2 * DAY, sender=TOM, subject="Export to XLSX cuts off long notes",
            text="Hi,\n\nwhen I export the device list, long notes end in the middle of a word. CSV is fine. File attached.\n\nTom",
            files=("devices.csv",),
            steps=(
                Give(age=2 * DAY - 60, who="jonas", to="jonas"),
                Change(age=2 * DAY - 61, who="jonas", tags=("export",), priority="low"),
                Answer(age=1 * DAY + 60, who="jonas", text="Hi Tom,\n\nis it the 32,767 characters that Excel allows in a cell, or earlier?\n\nJonas"),
            ),
        ),
        Story(
            age=1 * DAY + 200, sender=CHLOE, subject="Les alertes de toner arrivent deux fois",
            text="Bonjour,\n\ndepuis lundi, chaque alerte de toner arrive deux fois, à une minute d'intervalle. C'est un peu agaçant au petit déjeuner.\n\nCordialement,\nChloé Martin",
            steps=(
                Give(age=1 * DAY + 160, who="ann", to="ann"),
                Note(age=1 * DAY + 150, who="ann", text="There are two rules for the same device, one from before the move. @Jonas did you make the second one?"),
                Note(age=1 * DAY + 100, who="jonas", text="Yes, and forgot to remove the old one. Gone now."),
                Answer(age=4 * HOUR, who="ann", text="Bonjour Chloé,\n\nnous avons désactivé la deuxième règle. Dites-nous jeudi si une alerte arrive encore en double.\n\nAnn Okafor"),
                Change(age=4 * HOUR - 1, who="ann", tags=("monitoring",)),
            ),
        ),
        Story(
            age=1 * DAY, sender=OLIVER, subject="API answers 412 when two people edit one device",
            text="Hello,\n\nPATCH /devices/{id} answers 412 as soon as a colleague has the same device open. We do send If-Match. A bug or our mistake?\n\nOliver",
            steps=(
                Give(age=1 * DAY - 40, who="kim", to="kim"),
                Change(age=1 * DAY - 41, who="kim", tags=("api",)),
                Answer(age=3 * HOUR, who="kim", text="Hello Oliver,\n\n412 is what If-Match asks for when the device has changed. Could you send us the *If-Match* header of the second request?\n\nKim"),
            ),
        ),
        Story(
            age=8 * HOUR, sender=AYLIN, subject="Please close the seat of a former colleague",
            text="Hello,\n\nMehmet Yılmaz left us on Friday. Please close his seat.\n\nAylin Demir",
            steps=(
                Give(age=7 * HOUR, who="kim", to="kim"),
                Answer(age=6 * HOUR + 30, who="kim", text="Hello Aylin,\n\ndone, the seat is free from today on.\n\nKim", status="solved"),
                Change(age=6 * HOUR + 29, who="kim", tags=("seats",)),
            ),
        ),
        Story(
            age=7 * HOUR, sender=MARTA, subject="Label printer jams on 62 mm rolls",
            text="Hello,\n\nthe label printer at gate 4 jams on the 62 mm rolls, 29 mm is fine.\n\nMarta",
            steps=(
                Give(age=6 * HOUR + 50, who="ann", to="ann"),
                Change(age=6 * HOUR + 49, who="ann", tags=("hardware",)),
                Answer(age=6 * HOUR + 20, who="ann", text="Hello Marta,\n\nplease move the grey guide two notches to the right, it still sits where the small rolls need it.\n\nAnn"),
                Reply(age=5 * HOUR + 10, text="Works now, thank you for the quick help!"),
                Change(age=5 * HOUR, who="ann", status="solved"),
            ),
        ),
        Story(
            age=5 * HOUR, sender=PABLO, subject="Plano A1 sale cortado",
            text="Hola,\n\nal imprimir planos A1 se corta el margen derecho unos 3 cm. En A2 sale bien.\n\nPablo Ortega",
            steps=(Change(age=4 * HOUR + 45, who="jonas", team="Support", tags=("printing",)),),
        ),
        Story(
            age=2 * HOUR + 20, sender=INGRID, subject="How do we add 12 seats before Friday?",
            text="Hi,\n\nwe open the Bergen terminal on Friday and everybody there needs a seat. Can you add twelve, and does the price per seat change?\n\nIngrid Solberg",
            steps=(
                Give(age=2 * HOUR, who="jonas", to="jonas"),
                Change(age=2 * HOUR - 1, who="jonas", tags=("seats",), priority="low", team="Billing"),
            ),
        ),
        Story(
            age=1 * HOUR + 15, sender=RUI, subject="Single sign-on: people from the Porto office land on a blank page",
            text="Hello,\n\nsign-in works in Braga and fails in Porto, same browser, same version. After the redirect the page stays blank. The console log is attached.\n\nRui Tavares",
            files=("console.log",),
            steps=(
                Give(age=1 * HOUR + 5, who="kim", to="kim"),
                Change(age=1 * HOUR + 4, who="kim", priority="high", tags=("sign-in",)),
                Note(age=58, who="kim", text="The log says the clock in Porto is eleven minutes ahead: the token is not valid yet. Asking them to look at NTP first."),
            ),
        ),
        Story(
            age=52, sender=LIWEI, subject="发票抬头需要修改",
            text="您好，\n\n我们公司名称已于本月变更，请把发票抬头改为：上海明远智能科技有限公司。税号不变。\n\n谢谢！\n李伟",
            steps=(
                Give(age=48, who="ann", to="ann"),
                Change(age=47, who="ann", tags=("billing",)),
            ),
        ),
        Story(
            age=38, sender=ELENA, subject="Не печатает накладные после обновления",
            text="Добрый день!\n\nПосле вчерашнего обновления накладные уходят в очередь и остаются там без ошибки. Другие документы печатаются. Водители ждут у ворот, это срочно.\n\nС уважением,\nЕлена Соколова",
            steps=(Change(age=33, who="ann", priority="high", tags=("printing",), team="Support"),),
        ),
        Story(
            age=24, sender=JENS, subject="Rechnung 2026-0113: falsche USt-IdNr.",
            text="Guten Tag,\n\nunsere USt-IdNr. hat sich zum 1. November geändert, auf der Rechnung 2026-0113 steht noch die alte. Der Brief vom Finanzamt hängt an.\n\nMit freundlichen Grüßen\nJens Petersen\n\n-- \nOstsee Apotheken eG\nBuchhaltung · Am Hafen 2 · 18055 Rostock",
            files=("Brief-Finanzamt.pdf",),
            steps=(
                Give(age=21, who="jonas", to="jonas"),
                Change(age=20, who="jonas", tags=("billing",), team="Billing"),
            ),
        ),
        Story(
            age=1 * HOUR + 52, sender=MARTA, subject="Broken printer on floor 3",
            text=(
                "Good morning,\n\nthe big printer on floor 3, next to the kitchen, pulls the paper in crooked and then stops with E-13."
                " We turned it off and on twice. Accounting prints the month-end letters on it today, so it is a bit urgent for us.\n\n"
                "Photo attached. The sticker says HP-M480-77120.\n\nThank you\nMarta\n\n-- \nMarta Keller · Head of Operations\n"
                "Nordwind Logistik GmbH · Kontorhaus 4 · 20457 Hamburg"
            ),
            html=(
                "<p>Good morning,</p><p>the big printer on floor 3, next to the kitchen, pulls the paper in crooked and then stops with"
                " <strong>E-13</strong>. We turned it off and on twice. Accounting prints the month-end letters on it today, so it is a"
                " bit urgent for us.</p><p>Photo attached. The sticker says HP-M480-77120.</p><p>Thank you<br>Marta</p>"
                "<p>-- <br>Marta Keller · Head of Operations<br>Nordwind Logistik GmbH · Kontorhaus 4 · 20457 Hamburg</p>"
            ),
            files=("floor-3-printer.png", "error-log.txt"),
            steps=(
                Give(age=1 * HOUR + 49, who="kim", to="kim"),
                Change(age=1 * HOUR + 48, who="kim", priority="high", team="Support", tags=("hardware",)),
                Note(age=1 * HOUR + 46, who="kim", text="@Jonas is this the batch with the soft pick-up rollers? Same firmware (4.2.1) as last spring."),
                Note(age=1 * HOUR + 40, who="jonas", text="Yes, that batch. Levers first; if that does not help, the roller set."),
                Answer(
                    age=1 * HOUR + 33, who="kim",
                    text="Hello Marta,\n\nthank you for the photo, that helps. Please open tray 2 and press the two green levers down until they click, then print one page. If it still pulls crooked, I send Henrik today.\n\nKim",
                ),
                Change(age=1 * HOUR + 32, who="kim", tags=("hamburg",)),
                Reply(age=6, text="Levers are down, same picture. Now it also shows E-14 when I close the tray. Can Henrik come before noon?"),
            ),
        ),
        Story(
            age=2, sender=PRIYA, subject="Payments stuck on “processing” since this morning",
            text="Hello,\n\neleven invoices hang since about 10:02. Our front desk cannot close the day, and patients are waiting at the counter. Is something wrong on your side?\n\nPriya Raman\nBrightside Dental Group",
        ),
    ),
)  # fmt: skip
