"""Words that set a number or a code apart from a conference, in about 40 languages; data only.

The notation is that of `words_joining`.
"""

from __future__ import annotations

OWN = (
    "office mobile mob. cell cellphone fax telefax facsimile direct. directly home. work. desk. switchboard"
    " headquarters extension handy. mobil. mobiltelefon mobilfunk mobilnummer mobiltel büro buero durchwahl"
    " zentrale privat. private. bureau portable. fixe. secrétariat domicile móvil celular oficina despacho"
    " directo fijo. cellulare ufficio diretto fisso. telemóvel telemovel escritório gabinete direto mobiel"
    " mobiele. kantoor rechtstreeks vast. komórk komórkowy kom. biuro bezpośredni stacjonarny mobilní mobilný"
    " kancelář kancelária pevná iroda irodai mobilszám vezetékes birou fix. офис моб. мобилен мобильн служебен"
    " раб. рабочий сот. сотовый γραφείο κινητό κιν. φαξ σταθερό офіс мобільний факс cep. cep_telefonu ofis. iş."
    " faks sabit. kontor mobilnr direkte. direkt. växel arbete matkapuhelin työ toimisto kännykkä gsm. suora"
    " mobiil kontori lauatelefon mobilais birojs mobilus biuras mob pisarna mobilni mobitel ured. uredski кабинет"
    " мобилни канцеларија 携帯 直通 オフィス 会社 勤務先 ファックス ファクス 代表 手机 手機 移动 行動電話 办公室"
    " 辦公室 传真 傳真 直线 座机 휴대폰 휴대전화 핸드폰 사무실 팩스 직통 회사 جوال محمول موبايل مكتب فاكس المباشر"
    " נייד משרד פקס ישיר मोबाइल कार्यालय फ़ैक्स ऑफिस มือถือ สำนักงาน แฟกซ์ เบอร์ตรง di_động văn_phòng ponsel"
    " seluler kantor. hp. mudah_alih pejabat mòbil oficina. landline whatsapp signal. telegram viber wechat"
    " skype_id"
)
"""A person's or a company's own line, as a signature names it."""

CONTACT = (
    "contact contacts reach reachable reached me. my. mine. myself question questions problem problems trouble"
    " difficulties difficulty issue issues help helpdesk helpline support assistance assist. urgent urgently"
    " emergency emergencies late. delayed delay reception receptionist front_desk concierge driver taxi. uber."
    " assistant assistants secretary arrive arrival arriving hotline service_desk customer_service technical"
    " info_line sincerely regards signature attn. if_you_cannot cannot. cant. unable text_me ping. whatsapp_me"
    # de
    " kontakt erreich erreichbar mich. mir. mein. meine. meiner. frage. fragen rückfrag probleme schwierigkeit"
    " hilfe notfall dringend verspät empfang pförtner fahrer assistenz sekretariat rezeption ansprechpartner"
    " nicht. grüßen gruß servicenummer"
    # fr
    " contacter joindre_moi joignable moi. ma. problème aide. urgence retard accueil réception chauffeur"
    " assistante secrétaire impossible cordialement renseignements"
    # es it pt
    " contacto contactar contáctame contáctenos mi. mis. pregunta preguntas duda dudas ayuda soporte urgencia"
    " urgente emergencia retraso tarde. recepción recepcion asistente_de secretaria contatt contatto mio. miei."
    " nostro domande domanda aiuto assistenza emergenza ritardo portineria segreteria raggiungibile contato"
    " contactos meu. minha. perguntas dúvida dúvidas ajuda suporte emergência atraso recepção portaria secretária"
    " saudações"
    # nl pl cs sk
    " mij. mijn. vraag vragen bereik bereikbaar noodgeval spoed vertraging receptie hulp ondersteuning kontaktow"
    " mój moja moje. mnie. pytania pytań pomoc pilne nagły spóźni recepcja osiągaln dotyczą kontaktujte můj mne."
    " dotaz dotazy otázky otázk podpor zpoždění recepce sekretariát zastih naléhav"
    # hu ro
    " elérhet kapcsolat kérdés segítség késés recepció titkárság sürgős telefonom számom contactați mea. întrebăr"
    " ajutor asistență urgență întârzi recepție problemă"
    # sl hr sr bs
    " moj. moja. vprašanj pomoč podpora pitanja pitanje pomoć hitno kašnjenj recepcij мој. питања помоћ"
    # ru uk bg
    " контакт связ связаться мой. моя. мне. вопрос вопросы помощь поддержк срочн опозда ресепшн секретар въпрос"
    " помощ спешн закъсн рецепция моят мен. зв_яз зв'яз запитан питан допомог підтрим термінов мій. мені. запізн"
    # el tr
    " επικοινων επικοινωνία μου. μας. ερωτήσ απορί βοήθεια υποστήριξη επείγον καθυστέρ ρεσεψιόν γραμματεία"
    " iletişim bana. benim soru sorular yardım destek acil. gecik resepsiyon danışma ulaş ulaşabilir sorun"
    # sv da nb fi
    " kontakta mig. min. mitt. fråga frågor hjälp brådskande försen når. nås. spørgsmål hjælp hjelp spørsmål"
    " haster forsink resepsjon meg. minun minuun kysymy kysyttäv ongelm tuki. apua. kiireell myöhäs vastaanotto"
    " yhteys yhteyshenkilö tavoita tavoittaa"
    # et lv lt
    " küsimus abi. kiire. vastuvõtt minu. mani. mans. jautājum palīdz steidzam klausim pagalb skubu mano."
    " susisiek registratūr"
    # ja zh ko
    " お問い合わせ 問い合わせ 問合せ 連絡先 ご連絡 緊急 ヘルプ サポート 受付 遅れ 質問 私の 担当 联系 聯絡 聯繫"
    " 咨询 諮詢 紧急 客服 前台 櫃檯 迟到 遲到 问题 問題 我的 帮助 協助 支持 热线 熱線 문의 연락 긴급 고객 안내"
    " 지각 도움 지원 제_ 나의 내_번호"
    # ar he hi th
    " للتواصل تواصل استفسار أسئلة مساعدة دعم طوارئ الاستقبال تأخر יצירת_קשר ליצירת צור_קשר שאלות עזרה תמיכה חירום"
    " קבלה איחור שלי संपर्क प्रश्न सहायता मदद आपातकाल देरी मेरा ติดต่อ สอบถาม ช่วยเหลือ ฉุกเฉิน แผนกต้อนรับ"
    # vi id ms ca
    " liên_hệ câu_hỏi hỗ_trợ trợ_giúp khẩn_cấp lễ_tân của_tôi hubungi pertanyaan bantuan darurat resepsionis saya"
    " kecemasan soalan contacte preguntes urgència available_at available_on am_available"
)
"""A person or a desk that is called about something, not a conference."""

OTHER = (
    "booking bookings reservation reserved flight ticket tickets invoice door doors gate building entrance entry."
    " wifi wi_fi wlan parking garage hotel customer client account member membership loyalty coupon voucher promo"
    " discount tracking parcel package case. incident postal zip. postcode iban. tax. vat. alarm locker safe."
    " elevator lift. license visa. passport policy seat. terminal. train. rental car_hire confirmation. project"
    " cost_centre employee serial version security. verification verify otp. one_time country_code area_code"
    " router network gate_code keypad safe_code intercom buzzer reference ref. pnr. badge dress_code claim."
    " receipt repair buchung buchungs reserv flug ticketnummer bestell rechnung tür türcode tor. gebäude eingang"
    " parkhaus parkplatz zimmer kunden kundennummer konto mitglied gutschein rabatt sendung vorgang plz."
    " schlüssel sicherheits bestätigung auftrag aktenzeichen personalnummer garagen haustür klingel réservation"
    " vol. billet commande facture porte. portail bâtiment entrée. chambre compte. membre colis dossier"
    " confirmation sécurité digicode clé. interphone immeuble reserva vuelo billete pedido factura puerta portal."
    " edificio entrada habitación cliente cuenta socio. envío localizador llave. estacionamiento aparcamiento"
    " verificación seguridad confirmación prenotazione volo biglietto ordine fattura portone ingresso camera."
    " conto. spedizione sicurezza verifica conferma citofono parcheggio voo. bilhete fatura portão prédio quarto."
    " conta. encomenda segurança verificação estacionament boeking vlucht reservering bestelling factuur deur"
    " deurcode gebouw ingang kamer klant rekening zending parkeer sleutel beveiliging bevestiging rezerwacj lot."
    " lotu biletu bilet zamówien faktur drzwi bram budynk wejści wejścia pokoj klient konta przesył bezpieczeń"
    " weryfikac potwierdz domofon klucz rezerva let. letu letenk objednáv dveře dveří dverí dvere brán budov"
    " vchod izb zákazn účt zásil zásiel parkov bezpečnost ověřov overov klíč kľúč potvrzen potvrden vstupní"
    " vstupný foglalás járat jegy. rendelés számla ajtó kapu. kapukód épület bejárat szoba ügyfél csomag parkol"
    " biztonsági megerősít ellenőrző rezervare zbor. comand factur ușă uşă ușii uşii clădir intrare camer cont."
    " colet parcare securitate confirmare rezervacij leta. vozovnic naročil račun vrat vrata vhod soba sobe"
    " strank pošilj varnost karta narudžb ulaz kupac sigurnos sigurnosni zgrad parkir резервациј лет. врата улаз"
    " рачун резервац полет самолет билет поръчк фактур врат вход. стая клиент сметка пратка парк сигурност бронир"
    " рейс рейса заказ счет двер подъезд здани номера_комнаты домофон посылк безопасн подтвержд парков брон."
    " бронюван бронь бронирования замовлен рахун під'їзд підїзд кімнат безпек посилк паркув підтвердж κράτηση"
    " κράτησης πτήση πτήσης εισιτήρι παραγγελ τιμολόγ πόρτα πόρτας κτίριο είσοδο εισόδου δωμάτ πελάτ λογαριασ"
    " δέμα ασφαλεί ασφαλείας πάρκινγκ επιβεβαίω rezervasyon uçuş sipariş kapı kapısı bina giriş. müşteri hesap"
    " kargo güvenlik otopark doğrulama onay bokning flyg biljett beställ faktura dörr dörrkod port. portkod"
    " byggnad ingång rum. kund paket säkerhet parkering bekräft fly. flyv ordre dør dørkode bygning indgang"
    " værelse kunde pakke sikkerhed bekræft bestilling reservasjon flyvning flynummer billett inngang rom."
    " sikkerhet varaus lento lennon lippu tilaus lasku ovi. oven. ovikoodi rakennus sisäänkäynti huone asiakas"
    " tili. paketti turva pysäköint vahvistus broneering lennu lend. pilet tellimus arve. uks ukse hoone"
    " sissepääs tuba. toa. pakk parkimis turvakood rezervācij lidojum reiss biļet pasūtījum rēķin durv ēka ēkas"
    " ieeja istab sūtījum drošīb autostāv skrydž skrydis bilietas užsakym sąskait durų durys pastat įėjim kambar"
    " siunt saugum parkavim 予約 フライト 便名 航空券 注文 請求 ドア 玄関 入口 入館 建物 部屋 お客様番号 会員"
    " 荷物 追跡 駐車 セキュリティ 認証 確認番号 確認コード 鍵 预订 預訂 航班 机票 機票 订单 訂單 发票 發票 门禁"
    " 門禁 门 門 房间 房間 客户 客戶 会员 會員 快递 包裹 停车 停車 安全码 验证码 驗證碼 确认码 예약 항공 탑승"
    " 티켓 주문 송장 출입 현관 입구 건물 객실 고객 회원 택배 주차 보안 인증 확인_번호 حجز الحجز رحلة تذكرة طلب."
    " فاتورة باب الباب مبنى مدخل غرفة العميل حساب شحنة موقف الأمان التحقق תאונה הזמנה טיסה כרטיס חשבונית דלת שער"
    " בניין כניסה חדר לקוח חבילה חניה אבטחה אימות बुकिंग उड़ान टिकट ऑर्डर चालान दरवाज़ा दरवाजा प्रवेश कमरा ग्राहक"
    " पार्सल पार्किंग सुरक्षा सत्यापन आरक्षण การจอง เที่ยวบิน ตั๋ว ใบแจ้ง ประตู อาคาร ห้อง. ลูกค้า พัสดุ ที่จอด"
    " ความปลอดภัย ยืนยัน đặt_chỗ chuyến_bay vé. đơn_hàng hóa_đơn cửa. tòa_nhà phòng. khách_hàng bưu_kiện bãi_đỗ"
    " bảo_mật xác_minh xác_nhận mã_cửa pemesanan penerbangan tiket pesanan pintu gedung masuk_gedung kamar"
    " pelanggan keamanan verifikasi konfirmasi tempahan invois bangunan bilik bungkusan keselamatan pengesahan"
    " bitllet comanda porta edifici habitació paquet aparcament seguretat order_number order_no order_id"
    " order_code hotel_room room_code room_number room_key key_code key_box porta_ code_porte"
)
"""What a code or a number can be of instead of a conference."""

FILLER = (
    "or. and. toll free. charge local. main. primary. paid. caller. oder. und. gebührenfrei gebührenpflichtig"
    " kostenfrei kostenlos kostenpflichtig ortstarif frei. lokal lokale ou. et. gratuit payant gratuito gratuita"
    " gratis. o. y. e. ed. oppure gratuite verde. local of. en. lub. i. bezpłat nebo. a. bezplat zdarma alebo."
    " ali. ili. besplat brezplač vagy. ingyenes díjmentes sau. și. или. и. безплат бесплат або. та. безкоштов ή."
    " και. χωρίς_χρέωση δωρεάν veya. ve. ücretsiz eller. og. och. avgiftsfri gratisnummer tai. ja. maksuton või."
    " tasuta vai. un. bezmaksas arba. ir. nemokam または フリーダイヤル 無料 有料 或 或者 免费 免費 收费 付费"
    " 또는 무료 유료 أو مجاني או חינם या निशुल्क टोल หรือ ฟรี hoặc miễn_phí atau. bebas_pulsa bebas_tol percuma"
    " english german french deutsch français audio. only. usa. geo in. by. to. the. an. your. for. with. per."
    " via. de. la. le. les. du. des. d. l. di. da. del. der. die. das. den. dem zu. zur. zum. im. par. por. el."
    " il. lo. do. no. na. om. te. het. een. at. on. from. using. use. please. bitte. number."
)
"""Words beside a number that say nothing of whose it is."""
