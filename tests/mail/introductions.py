"""How mail programs introduce an older letter: the line or lines, whether the older letter is marked with ">" below."""

from __future__ import annotations

MARKED = """
gmail-en
On Mon, Nov 2, 2026 at 10:05 AM Ann Lee <ann@acme.test> wrote:
--
gmail-en-broken
On Mon, Nov 2, 2026 at 10:05 AM Ann Lee from the very long department <
ann.lee.with.a.long.name@acme.test> wrote:
--
gmail-en-broken-3
On Mon, Nov 2, 2026 at 10:05 AM Ann Lee of the Department
for Printers and Other Machinery <ann@acme.test>
wrote:
--
gmail-de
Am Mo., 2. Nov. 2026 um 10:05 Uhr schrieb Ann Lee <ann@acme.test>:
--
gmail-de-broken
Am Mo., 2. Nov. 2026 um 10:05 Uhr schrieb Ann Lee <
ann@acme.test>:
--
gmail-fr
Le lun. 2 nov. 2026 à 10:05, Ann Lee <ann@acme.test> a écrit :
--
gmail-fr-nbsp
Le lun. 2 nov. 2026 à 10:05, Ann Lee <ann@acme.test> a écrit :
--
gmail-es
El lun, 2 nov 2026 a las 10:05, Ann Lee (<ann@acme.test>) escribió:
--
gmail-pt
Em seg., 2 de nov. de 2026 às 10:05, Ann Lee <ann@acme.test> escreveu:
--
gmail-it
Il giorno lun 2 nov 2026 alle ore 10:05 Ann Lee <ann@acme.test> ha scritto:
--
gmail-nl
Op ma 2 nov. 2026 om 10:05 schreef Ann Lee <ann@acme.test>:
--
gmail-pl
pon., 2 lis 2026 o 10:05 Ann Lee <ann@acme.test> napisał(a):
--
gmail-ru
пн, 2 нояб. 2026 г. в 10:05, Ann Lee <ann@acme.test>:
--
gmail-uk
пн, 2 лист. 2026 р. о 10:05 Ann Lee <ann@acme.test> пише:
--
gmail-zh-cn
Ann Lee <ann@acme.test> 于2026年11月2日周一 10:05写道：
--
gmail-zh-tw
Ann Lee <ann@acme.test> 於 2026年11月2日 週一 上午10:05寫道：
--
gmail-ja
2026年11月2日(月) 10:05 Ann Lee <ann@acme.test>:
--
gmail-ko
2026년 11월 2일 (월) 오전 10:05, Ann Lee <ann@acme.test>님이 작성:
--
gmail-tr
Ann Lee <ann@acme.test>, 2 Kas 2026 Pzt, 10:05 tarihinde şunu yazdı:
--
gmail-da
Den man. 2. nov. 2026 kl. 10.05 skrev Ann Lee <ann@acme.test>:
--
gmail-sv
Den mån 2 nov. 2026 kl 10:05 skrev Ann Lee <ann@acme.test>:
--
gmail-nb
man. 2. nov. 2026 kl. 10:05 skrev Ann Lee <ann@acme.test>:
--
gmail-fi
ma 2. marrask. 2026 klo 10.05 Ann Lee (ann@acme.test) kirjoitti:
--
gmail-cs
po 2. 11. 2026 v 10:05 odesílatel Ann Lee <ann@acme.test> napsal:
--
gmail-sk
po 2. 11. 2026 o 10:05 Ann Lee <ann@acme.test> napísal(a):
--
gmail-hu
Ann Lee <ann@acme.test> ezt írta (időpont: 2026. nov. 2., H, 10:05):
--
gmail-ro
În lun., 2 nov. 2026 la 10:05, Ann Lee <ann@acme.test> a scris:
--
gmail-el
Στις Δευ 2 Νοε 2026 στις 10:05 π.μ., ο/η Ann Lee <ann@acme.test> έγραψε:
--
gmail-bg
На пн, 2.11.2026 г. в 10:05 Ann Lee <ann@acme.test> написа:
--
gmail-hr
pon, 2. stu 2026. u 10:05 Ann Lee <ann@acme.test> napisao je:
--
gmail-sl
V V pon., 2. nov. 2026 ob 10:05 je oseba Ann Lee <ann@acme.test> napisala:
--
gmail-vi
Vào Th 2, 2 thg 11, 2026 vào lúc 10:05 Ann Lee <ann@acme.test> đã viết:
--
gmail-id
Pada Sen, 2 Nov 2026 pukul 10.05 Ann Lee <ann@acme.test> menulis:
--
gmail-th
ในวันที่ จ. 2 พ.ย. 2026 เวลา 10:05 Ann Lee <ann@acme.test> เขียนว่า:
--
gmail-ar
في الاثنين، 2 نوفمبر 2026 في 10:05 ص تمت كتابة ما يلي بواسطة ‪Ann Lee‬‏ <‪ann@acme.test‬‏>:
--
gmail-he
‫בתאריך יום ב׳, 2 בנוב׳ 2026 ב-10:05 מאת ‪Ann Lee‬‏ <‪ann@acme.test‬‏>:‬
--
gmail-ca
Missatge de Ann Lee <ann@acme.test> del dia dl., 2 de nov. 2026 a les 10:05:
--
gmail-lt
2026-11-02, pr, 10:05 Ann Lee <ann@acme.test> rašė:
--
apple-en
On Nov 2, 2026, at 10:05 AM, Ann Lee <ann@acme.test> wrote:
--
apple-en-gb
On 2 Nov 2026, at 10:05, Ann Lee <ann@acme.test> wrote:
--
apple-de
Am 02.11.2026 um 10:05 schrieb Ann Lee <ann@acme.test>:
--
apple-fr
Le 2 nov. 2026 à 10:05, Ann Lee <ann@acme.test> a écrit :
--
apple-es
El 2 nov 2026, a las 10:05, Ann Lee <ann@acme.test> escribió:
--
apple-pt
Em 2 de nov. de 2026, à(s) 10:05, Ann Lee <ann@acme.test> escreveu:
--
apple-pt-2
No dia 02/11/2026, às 10:05, Ann Lee <ann@acme.test> escreveu:
--
apple-it
Il giorno 2 nov 2026, alle ore 10:05, Ann Lee <ann@acme.test> ha scritto:
--
apple-nl
Op 2 nov. 2026, om 10:05 heeft Ann Lee <ann@acme.test> het volgende geschreven:
--
apple-pl
Wiadomość napisana przez Ann Lee <ann@acme.test> w dniu 2 lis 2026, o godz. 10:05:
--
apple-ru
2 нояб. 2026 г., в 10:05, Ann Lee <ann@acme.test> написал(а):
--
apple-zh
在 2026年11月2日，上午10:05，Ann Lee <ann@acme.test> 写道：
--
apple-zh-tw
Ann Lee <ann@acme.test> 於 2026年11月2日 上午10:05 寫道：
--
apple-ja
2026/11/02 10:05、Ann Lee <ann@acme.test>のメール:
--
apple-ko
2026. 11. 2. 오전 10:05, Ann Lee <ann@acme.test> 작성:
--
apple-tr
Ann Lee <ann@acme.test> şunları yazdı (2 Kas 2026 10:05):
--
apple-da
Den 2. nov. 2026 kl. 10.05 skrev Ann Lee <ann@acme.test>:
--
apple-sv
2 nov. 2026 kl. 10:05 skrev Ann Lee <ann@acme.test>:
--
apple-fi
Ann Lee <ann@acme.test> kirjoitti 2.11.2026 kello 10.05:
--
apple-cs
2. 11. 2026 v 10:05, Ann Lee <ann@acme.test>:
--
apple-hu
Dátum: 2026. nov. 2. - időpont 10:05, Ann Lee <ann@acme.test> írta:
--
apple-uk
2 лист. 2026 р. о 10:05 Ann Lee <ann@acme.test> написав(ла):
--
thunderbird-en
On 02/11/2026 10:05, Ann Lee wrote:
--
thunderbird-en-12
On 11/2/26 10:05 AM, Ann Lee wrote:
--
thunderbird-de
Am 02.11.26 um 10:05 schrieb Ann Lee:
--
thunderbird-fr
Le 02/11/2026 à 10:05, Ann Lee a écrit :
--
thunderbird-es
El 2/11/26 a las 10:05, Ann Lee escribió:
--
thunderbird-it
Il 02/11/26 10:05, Ann Lee ha scritto:
--
thunderbird-pt
Em 02/11/2026 10:05, Ann Lee escreveu:
--
thunderbird-nl
Op 2-11-2026 om 10:05 schreef Ann Lee:
--
thunderbird-pl
W dniu 2.11.2026 o 10:05, Ann Lee pisze:
--
thunderbird-ru
02.11.2026 10:05, Ann Lee пишет:
--
thunderbird-uk
02.11.26 10:05, Ann Lee пише:
--
thunderbird-ja
On 2026/11/02 10:05, Ann Lee wrote:
--
thunderbird-ja-2
Ann Lee さんは書きました (2026/11/02 10:05):
--
thunderbird-zh
在 2026/11/2 10:05, Ann Lee 写道:
--
thunderbird-zh-tw
Ann Lee 於 2026/11/2 上午 10:05 寫道:
--
thunderbird-ko
26. 11. 2. 오전 10:05에 Ann Lee 이(가) 쓴 글:
--
thunderbird-sv
Den 2026-11-02 kl. 10:05, skrev Ann Lee:
--
thunderbird-da
Den 02.11.2026 kl. 10.05 skrev Ann Lee:
--
thunderbird-nb
Den 02.11.2026 10:05, skrev Ann Lee:
--
thunderbird-fi
Ann Lee kirjoitti 2.11.2026 klo 10.05:
--
thunderbird-cs
Dne 02. 11. 26 v 10:05 Ann Lee napsal(a):
--
thunderbird-sk
Dňa 2. 11. 2026 o 10:05 Ann Lee napísal(a):
--
thunderbird-hu
2026. 11. 02. 10:05 keltezéssel, Ann Lee írta:
--
thunderbird-ro
Pe 02.11.2026 10:05, Ann Lee a scris:
--
thunderbird-el
Στις 2/11/26 10:05, ο/η Ann Lee έγραψε:
--
thunderbird-tr
2.11.2026 10:05 tarihinde Ann Lee yazdı:
--
thunderbird-he
בתאריך 02/11/2026 בשעה 10:05, Ann Lee כתב:
--
thunderbird-plain
Ann Lee wrote:
--
thunderbird-german-plain
Ann Lee schrieb:
--
thunderbird-french-plain
Ann Lee a écrit :
--
k9-en
-------- Original Message --------
From: Ann Lee <ann@acme.test>
Sent: November 2, 2026 10:05:00 AM GMT+01:00
To: kim@acme.test
Subject: Printer
--
roundcube-en
On 2026-11-02 10:05, Ann Lee wrote:
--
roundcube-de
Am 2026-11-02 10:05, schrieb Ann Lee:
--
roundcube-fr
Le 2026-11-02 10:05, Ann Lee a écrit :
--
evolution-en
On Mon, 2026-11-02 at 10:05 +0100, Ann Lee wrote:
--
evolution-de
Am Montag, dem 02.11.2026 um 10:05 +0100 schrieb Ann Lee:
--
mutt
On Mon, Nov 02, 2026 at 10:05:00AM +0100, Ann Lee wrote:
--
mutt-compact
* Ann Lee <ann@acme.test> [2026-11-02 10:05]:
--
gnus
Ann Lee <ann@acme.test> writes:
--
horde
Quoting Ann Lee <ann@acme.test>:
--
horde-de
Zitat von Ann Lee <ann@acme.test>:
--
the-bat
Monday, November 2, 2026, 10:05:00 AM, you wrote:
--
yandex-marked
02.11.2026, 10:05, "Ann Lee" <ann@acme.test>:
--
mailru-marked
Понедельник, 2 ноября 2026, 10:05 +03:00 от Ann Lee <ann@acme.test>:
--
netease
在 2026-11-02 10:05:00，"Ann Lee" <ann@acme.test> 写道：
--
netease-en
At 2026-11-02 10:05:00, "Ann Lee" <ann@acme.test> wrote:
--
outlook-mac
On 02/11/2026, 10:05, "Ann Lee" <ann@acme.test> wrote:
--
gmx-webmail
Gesendet: Montag, 02. November 2026 um 10:05 Uhr
Von: "Ann Lee" <ann@acme.test>
An: kim@acme.test
Betreff: Drucker
--
open-xchange
On 11/02/2026 10:05 AM CET Ann Lee <ann@acme.test> wrote:
--
open-xchange-de
Ann Lee <ann@acme.test> hat am 02.11.2026 10:05 CET geschrieben:
--
protonmail
On Monday, November 2nd, 2026 at 10:05 AM, Ann Lee <ann@acme.test> wrote:
--
protonmail-old
‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐
On Monday, November 2nd, 2026 10:05 AM, Ann Lee <ann@acme.test> wrote:
--
tutanota
2. Nov. 2026, 10:05 von ann@acme.test:
--
tutanota-en
Nov 2, 2026, 10:05 by ann@acme.test:
--
fastmail
On Mon, Nov 2, 2026, at 10:05 AM, Ann Lee wrote:
--
hey
On November 2, 2026, Ann Lee <ann@acme.test> wrote:
--
zoho-marked
---- On Mon, 02 Nov 2026 10:05:00 +0100 Ann Lee <ann@acme.test> wrote ---
"""
BARE = """
outlook-en
From: Ann Lee <ann@acme.test>
Sent: Monday, November 2, 2026 10:05 AM
To: Kim Larson <kim@acme.test>
Subject: Printer
--
outlook-en-cc-rule
________________________________
From: Ann Lee <ann@acme.test>
Sent: Monday, November 2, 2026 10:05 AM
To: Kim Larson <kim@acme.test>; Gil Ortega <gil@globex.test>;
 Someone Else <else@globex.test>
Cc: support@acme.test
Subject: Printer
--
outlook-en-internal
From: Lee, Ann
Sent: Monday, November 2, 2026 10:05 AM
To: Larson, Kim
Subject: Printer
--
outlook-en-old
-----Original Message-----
From: Ann Lee [mailto:ann@acme.test]
Sent: Monday, November 2, 2026 10:05 AM
To: Kim Larson
Subject: Printer
--
outlook-mobile
Get Outlook for iOS<https://aka.ms/o0ukef>
________________________________
From: Ann Lee <ann@acme.test>
Sent: Monday, November 2, 2026 10:05:00 AM
To: Kim Larson <kim@acme.test>
Subject: Printer
--
outlook-starred
*From:* Ann Lee <ann@acme.test>
*Sent:* Monday, November 2, 2026 10:05 AM
*To:* Kim Larson <kim@acme.test>
*Subject:* Printer
--
outlook-mac-date
From: Ann Lee <ann@acme.test>
Date: Monday, 2 November 2026 at 10:05
To: Kim Larson <kim@acme.test>
Subject: Printer
--
outlook-de
Von: Ann Lee <ann@acme.test>
Gesendet: Montag, 2. November 2026 10:05
An: Kim Larson <kim@acme.test>
Betreff: Drucker
--
outlook-de-old
-----Ursprüngliche Nachricht-----
Von: Ann Lee [mailto:ann@acme.test]
Gesendet: Montag, 2. November 2026 10:05
An: Kim Larson
Betreff: Drucker
--
outlook-fr
De : Ann Lee <ann@acme.test>
Envoyé : lundi 2 novembre 2026 10:05
À : Kim Larson <kim@acme.test>
Objet : Imprimante
--
outlook-fr-old
-----Message d'origine-----
De : Ann Lee [mailto:ann@acme.test]
Envoyé : lundi 2 novembre 2026 10:05
À : Kim Larson
Objet : Imprimante
--
outlook-es
De: Ann Lee <ann@acme.test>
Enviado el: lunes, 2 de noviembre de 2026 10:05
Para: Kim Larson <kim@acme.test>
Asunto: Impresora
--
outlook-pt
De: Ann Lee <ann@acme.test>
Enviada em: segunda-feira, 2 de novembro de 2026 10:05
Para: Kim Larson <kim@acme.test>
Assunto: Impressora
--
outlook-it
Da: Ann Lee <ann@acme.test>
Inviato: lunedì 2 novembre 2026 10:05
A: Kim Larson <kim@acme.test>
Oggetto: Stampante
--
outlook-nl
Van: Ann Lee <ann@acme.test>
Verzonden: maandag 2 november 2026 10:05
Aan: Kim Larson <kim@acme.test>
Onderwerp: Printer
--
outlook-pl
Od: Ann Lee <ann@acme.test>
Wysłano: poniedziałek, 2 listopada 2026 10:05
Do: Kim Larson <kim@acme.test>
Temat: Drukarka
--
outlook-ru
От: Ann Lee <ann@acme.test>
Отправлено: 2 ноября 2026 г. 10:05
Кому: Kim Larson <kim@acme.test>
Тема: Принтер
--
outlook-uk
Від: Ann Lee <ann@acme.test>
Надіслано: 2 листопада 2026 р. 10:05
Кому: Kim Larson <kim@acme.test>
Тема: Принтер
--
outlook-zh-cn
发件人: Ann Lee <ann@acme.test>
发送时间: 2026年11月2日 10:05
收件人: Kim Larson <kim@acme.test>
主题: 打印机
--
outlook-zh-tw
寄件者: Ann Lee <ann@acme.test>
寄件日期: 2026年11月2日 上午 10:05
收件者: Kim Larson <kim@acme.test>
主旨: 印表機
--
outlook-ja
差出人: Ann Lee <ann@acme.test>
送信日時: 2026年11月2日 10:05
宛先: Kim Larson <kim@acme.test>
件名: プリンター
--
outlook-ko
보낸 사람: Ann Lee <ann@acme.test>
보낸 날짜: 2026년 11월 2일 월요일 오전 10:05
받는 사람: Kim Larson <kim@acme.test>
제목: 프린터
--
outlook-tr
Kimden: Ann Lee <ann@acme.test>
Gönderildi: 2 Kasım 2026 Pazartesi 10:05
Kime: Kim Larson <kim@acme.test>
Konu: Yazıcı
--
outlook-da
Fra: Ann Lee <ann@acme.test>
Sendt: 2. november 2026 10:05
Til: Kim Larson <kim@acme.test>
Emne: Printer
--
outlook-nb
Fra: Ann Lee <ann@acme.test>
Sendt: mandag 2. november 2026 10:05
Til: Kim Larson <kim@acme.test>
Emne: Skriver
--
outlook-sv
Från: Ann Lee <ann@acme.test>
Skickat: den 2 november 2026 10:05
Till: Kim Larson <kim@acme.test>
Ämne: Skrivare
--
outlook-fi
Lähettäjä: Ann Lee <ann@acme.test>
Lähetetty: maanantai 2. marraskuuta 2026 10.05
Vastaanottaja: Kim Larson <kim@acme.test>
Aihe: Tulostin
--
outlook-cs
Od: Ann Lee <ann@acme.test>
Odesláno: pondělí 2. listopadu 2026 10:05
Komu: Kim Larson <kim@acme.test>
Předmět: Tiskárna
--
outlook-sk
Od: Ann Lee <ann@acme.test>
Odoslané: pondelok 2. novembra 2026 10:05
Komu: Kim Larson <kim@acme.test>
Predmet: Tlačiareň
--
outlook-hu
Feladó: Ann Lee <ann@acme.test>
Elküldve: 2026. november 2., hétfő 10:05
Címzett: Kim Larson <kim@acme.test>
Tárgy: Nyomtató
--
outlook-ro
De la: Ann Lee <ann@acme.test>
Trimis: luni, 2 noiembrie 2026 10:05
Către: Kim Larson <kim@acme.test>
Subiect: Imprimantă
--
outlook-el
Από: Ann Lee <ann@acme.test>
Στάλθηκε: Δευτέρα, 2 Νοεμβρίου 2026 10:05
Προς: Kim Larson <kim@acme.test>
Θέμα: Εκτυπωτής
--
outlook-he
מאת: Ann Lee <ann@acme.test>
נשלח: יום שני 02 נובמבר 2026 10:05
אל: Kim Larson <kim@acme.test>
נושא: מדפסת
--
outlook-ar
من: Ann Lee <ann@acme.test>
تم الإرسال: 02 نوفمبر, 2026 10:05
إلى: Kim Larson <kim@acme.test>
الموضوع: الطابعة
--
gmail-unmarked
On Mon, Nov 2, 2026 at 10:05 AM Ann Lee <ann@acme.test> wrote:
--
yahoo-en
On Monday, November 2, 2026, 10:05:00 AM GMT+1, Ann Lee <ann@acme.test> wrote:
--
yahoo-de
Am Montag, 2. November 2026 um 10:05:00 MEZ hat Ann Lee <ann@acme.test> Folgendes geschrieben:
--
yahoo-fr
Le lundi 2 novembre 2026 à 10:05:00 UTC+1, Ann Lee <ann@acme.test> a écrit :
--
yahoo-es
El lunes, 2 de noviembre de 2026, 10:05:00 CET, Ann Lee <ann@acme.test> escribió:
--
yahoo-pt
Em segunda-feira, 2 de novembro de 2026 10:05:00 BRT, Ann Lee <ann@acme.test> escreveu:
--
yahoo-it
Il lunedì 2 novembre 2026 alle ore 10:05:00 CET, Ann Lee <ann@acme.test> ha scritto:
--
android
-------- Original message --------
From: Ann Lee <ann@acme.test>
Date: 02/11/2026 10:05 (GMT+01:00)
To: kim@acme.test
Subject: Printer
--
android-de
-------- Ursprüngliche Nachricht --------
Von: Ann Lee <ann@acme.test>
Datum: 02.11.26 10:05 (GMT+01:00)
An: kim@acme.test
Betreff: Drucker
--
android-fr
-------- Message d'origine --------
De : Ann Lee <ann@acme.test>
Date : 02/11/2026 10:05 (GMT+01:00)
À : kim@acme.test
Objet : Imprimante
--
android-es
-------- Mensaje original --------
De: Ann Lee <ann@acme.test>
Fecha: 2/11/26 10:05 (GMT+01:00)
Para: kim@acme.test
Asunto: Impresora
--
android-pt
-------- Mensagem original --------
De: Ann Lee <ann@acme.test>
Data: 02/11/2026 10:05 (GMT-03:00)
Para: kim@acme.test
Assunto: Impressora
--
android-it
-------- Messaggio originale --------
Da: Ann Lee <ann@acme.test>
Data: 02/11/26 10:05 (GMT+01:00)
A: kim@acme.test
Oggetto: Stampante
--
android-nl
-------- Oorspronkelijk bericht --------
Van: Ann Lee <ann@acme.test>
Datum: 02-11-2026 10:05 (GMT+01:00)
Aan: kim@acme.test
Onderwerp: Printer
--
android-pl
-------- Oryginalna wiadomość --------
Od: Ann Lee <ann@acme.test>
Data: 02.11.2026 10:05 (GMT+01:00)
Do: kim@acme.test
Temat: Drukarka
--
android-ru
-------- Исходное сообщение --------
От: Ann Lee <ann@acme.test>
Дата: 02.11.2026 10:05 (GMT+03:00)
Кому: kim@acme.test
Тема: Принтер
--
android-ko
-------- 원본 이메일 --------
발신: Ann Lee <ann@acme.test>
날짜: 26/11/2 오전 10:05 (GMT+09:00)
받은 사람: kim@acme.test
제목: 프린터
--
blackberry
----- Original Message -----
From: Ann Lee [mailto:ann@acme.test]
Sent: Monday, November 02, 2026 10:05 AM
To: Kim Larson
Subject: Printer
--
zimbra
----- Original Message -----
From: "Ann Lee" <ann@acme.test>
To: "Kim Larson" <kim@acme.test>
Sent: Monday, November 2, 2026 10:05:00 AM
Subject: Printer
--
zimbra-fr
De: "Ann Lee" <ann@acme.test>
À: "Kim Larson" <kim@acme.test>
Envoyé: Lundi 2 Novembre 2026 10:05:00
Objet: Imprimante
--
zimbra-mail-original
----- Mail original -----
De: "Ann Lee" <ann@acme.test>
À: "Kim Larson" <kim@acme.test>
Envoyé: Lundi 2 Novembre 2026 10:05:00
Objet: Imprimante
--
qq
------------------ 原始邮件 ------------------
发件人: "Ann Lee" <ann@acme.test>;
发送时间: 2026年11月2日(星期一) 上午10:05
收件人: "Kim"<kim@acme.test>;
主题: 打印机
--
qq-spaced
------------------ Original ------------------
From:  "Ann Lee"<ann@acme.test>;
Date:  Mon, Nov 2, 2026 10:05 AM
To:  "Kim"<kim@acme.test>;
Subject:  Printer
--
netease-reply
---- 回复的原邮件 ----
| 发件人 | Ann Lee<ann@acme.test> |
| 日期 | 2026年11月02日 10:05 |
| 收件人 | kim@acme.test |
| 主题 | 打印机 |
--
foxmail
发件人： Ann Lee
发送时间： 2026-11-02 10:05
收件人： Kim Larson
主题： 打印机
--
naver
-----Original Message-----
From: "Ann Lee"<ann@acme.test>
To: <kim@acme.test>;
Cc:
Sent: 2026-11-02 (월) 10:05:00 (GMT+09:00)
Subject: 프린터
--
daum
--------- 원본 메일 ---------
보낸사람: Ann Lee <ann@acme.test>
받는사람: kim@acme.test
날짜: 2026년 11월 02일 월요일, 10시 05분 00초 +0900
제목: 프린터
--
yahoo-japan
----- Original Message -----
From: Ann Lee <ann@acme.test>
To: kim@acme.test
Date: 2026/11/2, Mon 10:05
Subject: プリンター
--
japanese-habit
----- 元のメッセージ -----
差出人: Ann Lee <ann@acme.test>
日時: 2026年11月2日 10:05
宛先: kim@acme.test
件名: プリンター
--
gmx-reply
Gesendet: Montag, 02. November 2026 um 10:05 Uhr
Von: "Ann Lee" <ann@acme.test>
An: "Kim Larson" <kim@acme.test>
Betreff: Drucker
--
orange-fr
> Message du 02/11/26 10:05
> De : "Ann Lee" <ann@acme.test>
> A : kim@acme.test
> Copie à :
> Objet : Imprimante
>
--
laposte
Message du : 02/11/2026 10:05
De : "Ann Lee" <ann@acme.test>
A : kim@acme.test
Copie à :
Sujet : Imprimante
--
libero
----Messaggio originale----
Da: ann@acme.test
Data: 2-nov-2026 10.05
A: <kim@acme.test>
Ogg: Stampante
--
notes-modern
From:	Ann Lee <ann@acme.test>
To:	kim@acme.test
Date:	02.11.2026 10:05
Subject:	Printer
--
notes-de
Von:	Ann Lee <ann@acme.test>
An:	kim@acme.test
Datum:	02.11.2026 10:05
Betreff:	Drucker
--
notes-classic
Ann Lee <ann@acme.test>
02.11.2026 10:05

        To:        kim@acme.test
        cc:
        Subject:        Printer
--
notes-inline
Ann Lee ---02.11.2026 10:05:00---Hello Kim, does the printer work again?
--
mailru
Понедельник, 2 ноября 2026, 10:05 +03:00 от Ann Lee <ann@acme.test>:
--
yandex
02.11.2026, 10:05, "Ann Lee" <ann@acme.test>:
--
yandex-dates
----------------
Кому: Kim (kim@acme.test);
Тема: Принтер;
02.11.2026, 10:05, "Ann Lee" <ann@acme.test>:
--
rambler
02.11.2026 10:05, Ann Lee пишет:
--
samsung-reply
<div>-------- Original message --------</div>
--
aol
-----Original Message-----
From: Ann Lee <ann@acme.test>
To: kim <kim@acme.test>
Sent: Mon, Nov 2, 2026 10:05 am
Subject: Printer
--
comcast
From: "Ann Lee" <ann@acme.test>
To: kim@acme.test
Sent: Monday, November 2, 2026 10:05:00 AM
Subject: Printer
--
helpdesk-line
##- Please type your reply above this line -##
--
helpdesk-line-de
-- Bitte antworten Sie oberhalb dieser Zeile --
--
zoho
---- On Mon, 02 Nov 2026 10:05:00 +0100 Ann Lee <ann@acme.test> wrote ----
--
spark
On 2 Nov 2026, 10:05 +0100, Ann Lee <ann@acme.test>, wrote:
--
mailbird
On 02/11/2026 10:05:00, Ann Lee <ann@acme.test> wrote:
--
em-client
------ Original Message ------
From "Ann Lee" <ann@acme.test>
To kim@acme.test
Date 02/11/2026 10:05:00
Subject Printer
--
superhuman
On Mon, Nov 02, 2026 at 10:05 AM, Ann Lee < ann@acme.test > wrote:
--
freshdesk
On Mon, 2 Nov at 10:05 AM , Acme Support <support@acme.test> wrote:
--
groupwise
>>> Ann Lee <ann@acme.test> 02.11.2026 10:05 >>>
--
without-time
On Nov 2, 2026 Ann Lee wrote:
--
without-time-you
On Nov 2, 2026 you wrote:
--
mimecast
From: Ann Lee
Sent: 02 November 2026 10:05
To: Kim Larson
Subject: [EXTERNAL] Printer
"""


def read(table: str) -> list[tuple[str, str]]:
    """Name and introduction of every entry."""
    entries = [entry.strip("\n").split("\n", 1) for entry in ("\n" + table.strip("\n") + "\n").split("\n--\n")]
    return [(name.strip(), text) for name, text in entries]
