"""What phones and mail apps put under a letter, and what people write that looks like it."""

FROM_PHONES = """\
Sent from my iPhone
Sent from my iPad
Sent from my Samsung Galaxy smartphone.
Sent from my Verizon Wireless 4G LTE DROID
Sent from my mobile device.
Sent from Mail for Windows 10
Sent from Mail for Windows
Sent from Outlook for iOS
Sent from Yahoo Mail for iPhone
Sent from Yahoo Mail on Android
Sent from Proton Mail for iOS
Sent with Proton Mail secure email.
Sent from the all new AOL app for iOS
Sent via the Samsung Galaxy S21 5G, an AT&T 5G smartphone
Sent using Zoho Mail
Get Outlook for iOS
Get Outlook for Android<https://aka.ms/AAb9ysg>
Get BlueMail for Android
Von meinem iPhone gesendet
Von meinem Samsung Galaxy Smartphone gesendet.
Von meinem Mobiltelefon gesendet
Gesendet von meinem Samsung-Gerät.
Gesendet mit der GMX Mail App
Gesendet mit der WEB.DE Mail App
Gesendet mit der Telekom Mail App
Gesendet von Outlook für iOS
Gesendet von Mail für Windows 10
Gesendet von Mail für Windows
Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.
Holen Sie sich Outlook für iOS
Outlook für Android herunterladen
Outlook für iOS beziehen
Envoyé de mon iPhone
Envoyé de mon iPad
Envoyé depuis mon téléphone Orange
Envoyé depuis mon mobile
Envoyé à partir d’Outlook pour iOS
Envoyé à partir de Courrier pour Windows
Télécharger Outlook pour iOS
Obtenez Outlook pour Android
Enviado desde mi iPhone
Enviado desde mi teléfono móvil
Enviado desde Correo para Windows 10
Obtener Outlook para iOS
Obtener Outlook para Android
Enviado do meu iPhone
Enviado do meu smartphone Samsung Galaxy.
Enviado via iPhone
Obter o Outlook para iOS
Inviato da iPhone
Inviato dal mio iPhone
Inviato dal mio dispositivo Samsung
Inviato da Outlook per Android
Scarica Outlook per iOS
Ottieni Outlook per Android
Inviato da Posta per Windows
Verstuurd vanaf mijn iPhone
Verzonden vanaf mijn Samsung Galaxy-smartphone.
Verzonden vanuit Mail voor Windows
Outlook voor iOS downloaden
Downloaden van Outlook voor iOS
Wysłane z iPhone'a
Wysłano z iPhone’a
Wysłane z mojego Galaxy
Pobierz aplikację Outlook dla systemu iOS
Pobierz program Outlook dla systemu Android
Отправлено с iPhone
Отправлено с моего iPhone
Отправлено из мобильной Яндекс.Почты
Отправлено из Mail.ru для Android
Отправлено из Почты Mail
Скачать Outlook для Android
Получить Outlook для iOS
Надіслано з iPhone
发自我的iPhone
发自我的 iPhone
发自我的小米手机
来自我的华为手机
從我的 iPhone 傳送
从我的手机发送
寄件自我的 iPhone
从 Windows 版邮件发送
获取 Outlook for iOS
下载 Outlook for Android
iPhoneから送信
私のiPhoneから送信
Outlook for iOS を入手
iOS 版 Outlook を入手
나의 iPhone에서 보냄
내 iPhone에서 보냄
네이버 메일 앱에서 보냈습니다.
iOS용 Outlook 다운로드
Android용 Outlook 다운로드
iPhone'umdan gönderildi
iPhone’umdan gönderildi
Samsung cihazımdan gönderildi
iOS için Outlook'u edinin
Android için Outlook uygulamasını edinin
Sendt fra min iPhone
Sendt fra Outlook til iOS
Hent Outlook til iOS
Hent Outlook for iOS
Skickat från min iPhone
Skickat från min iPad
Skickades från Outlook för iOS
Hämta Outlook för iOS
Skaffa Outlook för Android
Lähetetty iPhonesta
Lähetetty iPadista
Lähetetty Samsung-puhelimestani
Hanki Outlook for iOS
Odesláno z iPhonu
Odesláno z mého iPhonu
Získat Outlook pro iOS
Odoslané z iPhonu
iPhone-ról küldve
iPhone-omról küldve
Az iOS Outlook letöltése
Trimis de pe iPhone-ul meu
Obțineți Outlook pentru iOS
Στάλθηκε από το iPhone μου
Λήψη του Outlook για iOS
أُرسلت من الـ iPhone
احصل على Outlook لـ iOS
נשלח מה-iPhone שלי
קבל את Outlook עבור iOS
Poslano z mojega iPhone-a
Poslano s mog iPhonea
Enviat des del meu iPhone
Đã gửi từ iPhone của tôi
Dikirim dari iPhone saya
ส่งจาก iPhone ของฉัน
""".splitlines()
FROM_PEOPLE = """\
Sent from my desk, is much easier then my mobile phone.
I sent from my account the invoice you asked for, please check your phone.
The invoice was sent from my iPhone yesterday and did not arrive, can you check?
Von meinem Chef habe ich gehört, dass der Drucker nicht geht.
Envoyé hier, le colis est déjà arrivé chez nous à Paris.
Outlook crashes.
Outlook for Android crashes when I open your mail; what should I do about it now?
Sent the file, please check.
From my point of view this is fine.
Get back to me please
Enviado el paquete, gracias.
I use Outlook for iOS and it does not work with your server.
Отправлено вчера, спасибо.
来自客户的反馈很好。
发送失败
""".splitlines()
