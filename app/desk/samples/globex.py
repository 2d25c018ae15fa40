"""Globex sells sensors for greenhouses; Gil answers alone, and none of it is Acme's business."""

# ruff: noqa: E501  a letter stands here as it was written, one line each

from __future__ import annotations

from app.desk.samples.stories import DAY, HOUR, Answer, Change, Company, Give, Note, Person, Reply, Story, World

INES = Person(name="Inês Carvalho", email="ines@estufas-do-sul.example", title="Agronomist", phone="+351 289 555 010")
WOUTER = Person(name="Wouter de Vries", email="w.devries@glastuin.example", title="Teeltmanager")
HANNA = Person(name="Hanna Kowalska", email="hanna.kowalska@zielony-dom.example", title="Właścicielka")
MINJUN = Person(name="김민준", email="minjun@haneul-farm.example", title="농장장")
RUTH = Person(name="Ruth Adeyemi", email="ruth@lagos-herbs.example", title="Founder")

GLOBEX = World(
    channel="support",
    channel_name="Globex Help",
    signature="Globex · Sensors that mind your plants",
    teams={"Growers": ("gil",)},
    companies=(
        Company(name="Estufas do Sul Lda", domain="estufas-do-sul.example", age=500 * DAY, owner="gil", phone="+351 289 555 000"),
        Company(name="Glastuin Westland BV", domain="glastuin.example", age=320 * DAY, owner="gil"),
        Company(name="Zielony Dom", domain="zielony-dom.example", age=140 * DAY),
        Company(name="Haneul Farm", domain="haneul-farm.example", age=90 * DAY, owner="gil"),
        Company(name="Lagos Herbs", domain="lagos-herbs.example", age=30 * DAY),
    ),
    stories=(
        Story(
            age=11 * DAY, sender=WOUTER, subject="Sensor 14 meet te warm",
            text="Hallo,\n\nsensor 14 meet twee graden meer dan de thermometer ernaast. Kan dat op afstand worden bijgesteld?\n\nWouter",
            steps=(
                Give(age=11 * DAY - 60, who="gil", to="gil"),
                Answer(age=11 * DAY - 90, who="gil", text="Hallo Wouter,\n\nja, dat kan. De correctie van -2,0 °C staat er nu op.\n\nGil"),
                Reply(age=10 * DAY, text="Klopt nu precies, dank!"),
                Change(age=10 * DAY - 20, who="gil", status="solved", tags=("calibration",)),
            ),
        ),
        Story(
            age=3 * DAY, sender=MINJUN, subject="게이트웨이가 밤마다 끊깁니다",
            text="안녕하세요.\n\n게이트웨이가 매일 새벽 2시쯤 연결이 끊겼다가 5분 뒤에 다시 연결됩니다. 원인을 알 수 있을까요?\n\n감사합니다.",
            steps=(
                Give(age=3 * DAY - 100, who="gil", to="gil"),
                Note(age=3 * DAY - 110, who="gil", text="2:00 there is when their provider renews the address. Longer lease or our keep-alive at 60 s."),
                Answer(age=2 * DAY, who="gil", text="안녕하세요.\n\n통신사가 새벽 2시에 주소를 갱신하는 것 같습니다. 펌웨어 *2.8* 로 업데이트해 보시겠어요?\n\nGil"),
                Change(age=2 * DAY - 1, who="gil", tags=("gateway",)),
            ),
        ),
        Story(
            age=9 * HOUR, sender=HANNA, subject="Faktura za listopad",
            text="Dzień dobry,\n\nnie widzę faktury za listopad w panelu. Czy mogę prosić o przesłanie jej mailem?\n\nPozdrawiam\nHanna Kowalska",
            steps=(Give(age=8 * HOUR, who="gil", to="gil"), Change(age=8 * HOUR - 1, who="gil", tags=("billing",))),
        ),
        Story(
            age=95, sender=RUTH, subject="Can the alarm call my phone?",
            text="Hello,\n\nthe e-mail alarm is nice, but at night I sleep. Can it call me when the basil freezes?\n\nRuth",
        ),
        Story(
            age=17, sender=INES, subject="All sensors in house 3 are offline",
            text="Good morning,\n\nsince the thunderstorm all nine sensors in house 3 are offline. The gateway light blinks red. Tomatoes do not wait.\n\nInês Carvalho",
            steps=(Change(age=12, who="gil", priority="urgent", tags=("gateway",)),),
        ),
    ),
)  # fmt: skip
