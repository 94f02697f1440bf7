"""Names of countries of Europe in the languages of invitations, by ISO 3166-1 alpha-2 code; data only.

From CLDR (as Babel has it) in 36 languages, with the short forms that services write.
"""

from __future__ import annotations

EUROPE: dict[str, str] = {
    "GB": (
        "United Kingdom|Vereinigtes Königreich|Royaume-Uni|Reino Unido|Regno Unito|Verenigd Koninkrijk|"
        "Wielka Brytania|Spojené království|Spojené kráľovstvo|Združeno kraljestvo|Ujedinjeno Kraljevstvo|"
        "Уједињено Краљевство|Egyesült Királyság|Regatul Unit|Обединеното кралство|Ηνωμένο Βασίλειο|Великобритания|"
        "Велика Британія|Birleşik Krallık|Storbritannien|Storbritannia|Iso-Britannia|Ühendkuningriik|"
        "Apvienotā Karaliste|Jungtinė Karalystė|イギリス|英国|英國|영국|المملكة المتحدة|בריטניה|यूनाइटेड किंगडम|"
        "สหราชอาณาจักร|Vương quốc Anh|Inggris Raya|Regne Unit|UK|Great Britain|England|Scotland|Großbritannien|"
        "Royaume Uni"
    ),
    "IE": (
        "Ireland|Irland|Irlande|Irlanda|Ierland|Irlandia|Irsko|Irska|Ирска|Írország|Ирландия|Ιρλανδία|Ірландія|"
        "Irlanti|Iirimaa|Īrija|Airija|アイルランド|爱尔兰|愛爾蘭|아일랜드|أيرلندا|אירלנד|आयरलैंड|ไอร์แลนด์"
    ),
    "DE": (
        "Germany|Deutschland|Allemagne|Alemania|Germania|Alemanha|Duitsland|Niemcy|Německo|Nemčija|Njemačka|"
        "Немачка|Németország|Германия|Γερμανία|Німеччина|Almanya|Tyskland|Saksa|Saksamaa|Vācija|Vokietija|ドイツ|"
        "德国|德國|독일|ألمانيا|גרמניה|जर्मनी|เยอรมนี|Đức|Jerman|Alemanya"
    ),
    "AT": (
        "Austria|Österreich|Autriche|Oostenrijk|Rakousko|Rakúsko|Avstrija|Austrija|Аустрија|Ausztria|Австрия|"
        "Αυστρία|Австрія|Avusturya|Österrike|Østrig|Østerrike|Itävalta|オーストリア|奥地利|奧地利|오스트리아|"
        "النمسا|אוסטריה|ऑस्ट्रिया|ออสเตรีย|Áo"
    ),
    "CH": (
        "Switzerland|Schweiz|Suisse|Suiza|Svizzera|Suíça|Zwitserland|Szwajcaria|Švýcarsko|Švajčiarsko|Švica|"
        "Švicarska|Швајцарска|Svájc|Elveția|Швейцария|Ελβετία|Швейцарія|İsviçre|Sveits|Sveitsi|Šveice|Šveicarija|"
        "スイス|瑞士|스위스|سويسرا|שווייץ|स्विट्ज़रलैंड|สวิตเซอร์แลนด์|Thụy Sĩ|Swiss|Suïssa"
    ),
    "LI": (
        "Liechtenstein|Lichtenštejnsko|Lichtenštajnsko|Lihtenštajn|Лихтенштајн|Лихтенщайн|Λιχτενστάιν|Лихтенштейн|"
        "Ліхтенштейн|Lihtenšteina|Lichtenšteinas|リヒテンシュタイン|列支敦士登|列支敦斯登|리히텐슈타인|ليختنشتاين|"
        "ליכטנשטיין|लिचेंस्टीन|ลิกเตนสไตน์"
    ),
    "LU": (
        "Luxembourg|Luxemburg|Luxemburgo|Lussemburgo|Luksemburg|Lucembursko|Luxembursko|Луксембург|Люксембург|"
        "Λουξεμβούργο|Luksemburga|Liuksemburgas|ルクセンブルク|卢森堡|盧森堡|룩셈부르크|لوكسمبورغ|לוקסמבורג|"
        "लग्ज़मबर्ग|ลักเซมเบิร์ก"
    ),
    "BE": (
        "Belgium|Belgien|Belgique|Bélgica|Belgio|België|Belgia|Belgicko|Belgija|Белгија|Белгия|Βέλγιο|Бельгия|"
        "Бельгія|Belçika|ベルギー|比利时|比利時|벨기에|بلجيكا|בלגיה|बेल्जियम|เบลเยียม|Bỉ"
    ),
    "NL": (
        "Netherlands|Niederlande|Pays-Bas|Países Bajos|Paesi Bassi|Países Baixos|Nederland|Holandia|Nizozemsko|"
        "Holandsko|Nizozemska|Холандија|Hollandia|Țările de Jos|Нидерландия|Κάτω Χώρες|Нидерланды|Нідерланди|"
        "Hollanda|Nederländerna|Nederlandene|Alankomaat|Holland|Nīderlande|Nyderlandai|オランダ|荷兰|荷蘭|네덜란드|"
        "هولندا|הולנד|नीदरलैंड|เนเธอร์แลนด์|Hà Lan|Belanda|Països Baixos|The Netherlands"
    ),
    "FR": (
        "France|Frankreich|Francia|França|Frankrijk|Francja|Francie|Francúzsko|Francija|Francuska|Француска|"
        "Franciaország|Franța|Франция|Γαλλία|Франція|Fransa|Frankrike|Frankrig|Ranska|Prantsusmaa|Prancūzija|"
        "フランス|法国|法國|프랑스|فرنسا|צרפת|फ़्रांस|ฝรั่งเศส|Pháp|Prancis|Perancis"
    ),
    "ES": (
        "Spain|Spanien|Espagne|España|Spagna|Espanha|Spanje|Hiszpania|Španělsko|Španielsko|Španija|Španjolska|"
        "Шпанија|Spanyolország|Spania|Испания|Ισπανία|Іспанія|İspanya|Espanja|Hispaania|Ispanija|スペイン|西班牙|"
        "스페인|إسبانيا|ספרד|स्पेन|สเปน|Tây Ban Nha|Spanyol|Sepanyol|Espanya"
    ),
    "PT": (
        "Portugal|Portogallo|Portugalia|Portugalsko|Portugalska|Португалија|Португалия|Πορτογαλία|Португалія|"
        "Portekiz|Portugali|Portugāle|Portugalija|ポルトガル|葡萄牙|포르투갈|البرتغال|פורטוגל|पुर्तगाल|โปรตุเกส|"
        "Bồ Đào Nha"
    ),
    "IT": (
        "Italy|Italien|Italie|Italia|Włochy|Taliansko|Italija|Италија|Olaszország|Италия|Ιταλία|Італія|İtalya|"
        "Itaalia|イタリア|意大利|義大利|이탈리아|إيطاليا|איטליה|इटली|อิตาลี|Itali"
    ),
    "MT": "Malta|Malte|Малта|Μάλτα|Мальта|マルタ|马耳他|馬爾他|몰타|مالطا|מלטה|माल्टा|มอลตา",
    "GR": (
        "Greece|Griechenland|Grèce|Grecia|Griekenland|Grecja|Řecko|Grécko|Grčija|Grčka|Грчка|Görögország|Гърция|"
        "Ελλάδα|Греция|Греція|Yunanistan|Grekland|Grækenland|Hellas|Kreikka|Kreeka|Grieķija|Graikija|ギリシャ|希腊|"
        "希臘|그리스|اليونان|יוון|यूनान|กรีซ|Hy Lạp|Yunani"
    ),
    "CY": (
        "Cyprus|Zypern|Chypre|Chipre|Cipro|Cypr|Kypr|Ciper|Cipar|Кипар|Kipar|Ciprus|Cipru|Кипър|Κύπρος|Кипр|Кіпр|"
        "Kıbrıs|Cypern|Kypros|Küpros|Kipra|Kipras|キプロス|塞浦路斯|賽普勒斯|키프로스|قبرص|קפריסין|साइप्रस|ไซปรัส|"
        "Síp|Siprus|Xipre"
    ),
    "TR": (
        "Türkiye|Türkei|Turquie|Turquía|Turchia|Turkije|Turcja|Turecko|Turčija|Turska|Турска|Törökország|Turcia|"
        "Турция|Τουρκία|Туреччина|Turkiet|Tyrkiet|Tyrkia|Turkki|Türgi|Turkija|トルコ|土耳其|튀르키예|تركيا|טורקיה|"
        "तुर्किये|ตุรกี|Thổ Nhĩ Kỳ|Turki|Turkey"
    ),
    "SE": (
        "Sweden|Schweden|Suède|Suecia|Svezia|Zweden|Szwecja|Švédsko|Švedska|Шведска|Svédország|Suedia|Швеция|"
        "Σουηδία|Швеція|İsveç|Sverige|Ruotsi|Rootsi|Zviedrija|Švedija|スウェーデン|瑞典|스웨덴|السويد|שוודיה|"
        "स्वीडन|สวีเดน|Thụy Điển|Swedia"
    ),
    "NO": (
        "Norway|Norwegen|Norvège|Noruega|Norvegia|Noorwegen|Norwegia|Norsko|Norveška|Норвешка|Норвегия|Νορβηγία|"
        "Норвегія|Norveç|Norge|Norja|Norra|Norvēģija|ノルウェー|挪威|노르웨이|النرويج|נורווגיה|नॉर्वे|นอร์เวย์|"
        "Na Uy"
    ),
    "DK": (
        "Denmark|Dänemark|Dinamarca|Danimarca|Denemarken|Dania|Dánsko|Danska|Данска|Danemarca|Дания|Δανία|Данія|"
        "Danimarka|Danmark|Tanska|Taani|Dānija|デンマーク|丹麦|丹麥|덴마크|الدانمرك|דנמרק|डेनमार्क|เดนมาร์ก|"
        "Đan Mạch"
    ),
    "FI": (
        "Finland|Finnland|Finlande|Finlandia|Finsko|Finska|Финска|Finnország|Finlanda|Финландия|Φινλανδία|"
        "Финляндия|Фінляндія|Finlandiya|Suomi|Soome|Somija|Suomija|フィンランド|芬兰|芬蘭|핀란드|فنلندا|פינלנד|"
        "फ़िनलैंड|ฟินแลนด์|Phần Lan"
    ),
    "IS": (
        "Iceland|Island|Islande|Islandia|Islanda|IJsland|Islandija|Исланд|Izland|Исландия|Ισλανδία|Ісландія|"
        "İzlanda|Islanti|アイスランド|冰岛|冰島|아이슬란드|آيسلندا|איסלנד|आइसलैंड|ไอซ์แลนด์"
    ),
    "EE": (
        "Estonia|Estland|Estonie|Estonsko|Estonija|Естонија|Észtország|Естония|Εσθονία|Эстония|Естонія|Estonya|"
        "Viro|Eesti|Igaunija|Estija|エストニア|爱沙尼亚|愛沙尼亞|에스토니아|إستونيا|אסטוניה|एस्टोनिया|เอสโตเนีย"
    ),
    "LV": (
        "Latvia|Lettland|Lettonie|Letonia|Lettonia|Letland|Łotwa|Lotyšsko|Latvija|Летонија|Lettország|Латвия|"
        "Λετονία|Латвія|Letonya|Läti|ラトビア|拉脱维亚|拉脫維亞|라트비아|لاتفيا|לטביה|लातविया|ลัตเวีย"
    ),
    "LT": (
        "Lithuania|Litauen|Lituanie|Lituania|Litouwen|Litwa|Litva|Литванија|Litvanija|Litvánia|Литва|Λιθουανία|"
        "Litvanya|Liettua|Leedu|Lietuva|リトアニア|立陶宛|리투아니아|ليتوانيا|ליטא|लिथुआनिया|ลิทัวเนีย"
    ),
    "PL": (
        "Poland|Polen|Pologne|Polonia|Polska|Polsko|Poljska|Пољска|Lengyelország|Полша|Πολωνία|Польша|Польща|"
        "Polonya|Puola|Poola|Polija|Lenkija|ポーランド|波兰|波蘭|폴란드|بولندا|פולין|पोलैंड|โปแลนด์|Ba Lan|Polandia"
    ),
    "CZ": (
        "Czechia|Tschechien|Tchéquie|Chequia|Cechia|Tchéquia|Tsjechië|Czechy|Česko|Češka|Чешка|Csehország|Cehia|"
        "Чехия|Τσεχία|Чехія|Çekya|Tjeckien|Tjekkiet|Tsjekkia|Tšekki|Tšehhi|Čehija|Čekija|チェコ|捷克|체코|التشيك|"
        "צ׳כיה|चेकिया|เช็ก|Séc|Ceko|Txèquia|Czech Republic|Tschechische Republik|République tchèque"
    ),
    "SK": (
        "Slovakia|Slowakei|Slovaquie|Eslovaquia|Slovacchia|Slowakije|Słowacja|Slovensko|Slovaška|Slovačka|Словачка|"
        "Szlovákia|Slovacia|Словакия|Σλοβακία|Словаччина|Slovakya|Slovakien|Slovakiet|Slovakkia|Slovākija|"
        "スロバキア|斯洛伐克|슬로바키아|سلوفاكيا|סלובקיה|स्लोवाकिया|สโลวะเกีย"
    ),
    "HU": (
        "Hungary|Ungarn|Hongrie|Hungría|Ungheria|Hongarije|Węgry|Maďarsko|Madžarska|Mađarska|Мађарска|Magyarország|"
        "Ungaria|Унгария|Ουγγαρία|Венгрия|Угорщина|Macaristan|Ungern|Unkari|Ungari|Ungārija|Vengrija|ハンガリー|"
        "匈牙利|헝가리|هنغاريا|הונגריה|हंगरी|ฮังการี|Hungaria|Hongria"
    ),
    "SI": (
        "Slovenia|Slowenien|Slovénie|Eslovenia|Słowenia|Slovinsko|Slovenija|Словенија|Szlovénia|Словения|Σλοβενία|"
        "Словенія|Slovenya|Slovenien|Sloveenia|スロベニア|斯洛文尼亚|斯洛維尼亞|슬로베니아|سلوفينيا|סלובניה|"
        "स्लोवेनिया|สโลวีเนีย"
    ),
    "HR": (
        "Croatia|Kroatien|Croatie|Croacia|Croazia|Kroatië|Chorwacja|Chorvatsko|Hrvaška|Hrvatska|Хрватска|"
        "Horvátország|Хърватия|Κροατία|Хорватия|Хорватія|Hırvatistan|Kroatia|Horvaatia|Horvātija|Kroatija|"
        "クロアチア|克罗地亚|克羅埃西亞|크로아티아|كرواتيا|קרואטיה|क्रोएशिया|โครเอเชีย|Kroasia"
    ),
    "BA": (
        "Bosnia & Herzegovina|Bosnien und Herzegowina|Bosnie-Herzégovine|Bosnia y Herzegovina|Bosnia ed Erzegovina|"
        "Bósnia e Herzegovina|Bosnië en Herzegovina|Bośnia i Hercegowina|Bosna a Hercegovina|Bosna in Hercegovina|"
        "Bosna i Hercegovina|Босна и Херцеговина|Bosznia-Hercegovina|Bosnia și Herțegovina|Βοσνία - Ερζεγοβίνη|"
        "Босния и Герцеговина|Боснія і Герцеговина|Bosna-Hersek|Bosnien och Hercegovina|Bosnien-Hercegovina|"
        "Bosnia-Hercegovina|Bosnia ja Hertsegovina|Bosnia ja Hertsegoviina|Bosnija un Hercegovina|"
        "Bosnija ir Hercegovina|ボスニア・ヘルツェゴビナ|波斯尼亚和黑塞哥维那|波士尼亞與赫塞哥維納|"
        "보스니아 헤르체고비나|البوسنة والهرسك|בוסניה והרצגובינה|बोस्निया और हर्ज़ेगोविना|บอสเนียและเฮอร์เซโกวีนา|"
        "Bosnia và Herzegovina|Bosnia dan Herzegovina|Bòsnia i Hercegovina|Bosnia and Herzegovina"
    ),
    "RS": (
        "Serbia|Serbien|Serbie|Sérvia|Servië|Srbsko|Srbija|Србија|Szerbia|Сърбия|Σερβία|Сербия|Сербія|Sırbistan|"
        "Serbija|セルビア|塞尔维亚|塞爾維亞|세르비아|صربيا|סרביה|सर्बिया|เซอร์เบีย"
    ),
    "ME": (
        "Montenegro|Czarnogóra|Černá Hora|Čierna Hora|Črna gora|Црна Гора|Muntenegru|Черна гора|Μαυροβούνιο|"
        "Черногория|Чорногорія|Karadağ|Melnkalne|Juodkalnija|モンテネグロ|黑山|蒙特內哥羅|몬테네그로|الجبل الأسود|"
        "מונטנגרו|मोंटेनेग्रो|มอนเตเนโกร"
    ),
    "MK": (
        "North Macedonia|Nordmazedonien|Macédoine du Nord|Macedonia del Norte|Macedonia del Nord|"
        "Macedônia do Norte|Noord-Macedonië|Macedonia Północna|Severní Makedonie|Severné Macedónsko|"
        "Severna Makedonija|Sjeverna Makedonija|Северна Македонија|Észak-Macedónia|Macedonia de Nord|"
        "Северна Македония|Βόρεια Μακεδονία|Северная Македония|Північна Македонія|Kuzey Makedonya|Nordmakedonien|"
        "Nord-Makedonia|Pohjois-Makedonia|Põhja-Makedoonia|Ziemeļmaķedonija|Šiaurės Makedonija|北マケドニア|"
        "北马其顿|北馬其頓|북마케도니아|مقدونيا الشمالية|מקדוניה הצפונית|उत्तरी मकदूनिया|มาซิโดเนียเหนือ|"
        "Bắc Macedonia|Makedonia Utara|Macedonia Utara|Macedonia"
    ),
    "AL": (
        "Albania|Albanien|Albanie|Albánsko|Albanija|Албанија|Албания|Αλβανία|Албанія|Arnavutluk|Albaania|"
        "アルバニア|阿尔巴尼亚|阿爾巴尼亞|알바니아|ألبانيا|אלבניה|अल्बानिया|แอลเบเนีย"
    ),
    "BG": (
        "Bulgaria|Bulgarien|Bulgarie|Bulgarije|Bułgaria|Bulharsko|Bolgarija|Bugarska|Бугарска|България|Βουλγαρία|"
        "Болгария|Болгарія|Bulgaristan|Bulgaaria|Bulgārija|ブルガリア|保加利亚|保加利亞|불가리아|بلغاريا|בולגריה|"
        "बुल्गारिया|บัลแกเรีย"
    ),
    "RO": (
        "Romania|Rumänien|Roumanie|Rumanía|Romênia|Roemenië|Rumunia|Rumunsko|Romunija|Rumunjska|Румунија|Rumunija|"
        "Румъния|Ρουμανία|Румыния|Румунія|Romanya|Rumænien|Rumeenia|Rumānija|ルーマニア|罗马尼亚|羅馬尼亞|루마니아|"
        "رومانيا|רומניה|रोमानिया|โรมาเนีย"
    ),
    "MD": (
        "Moldova|Republik Moldau|Moldavie|Moldavia|Mołdawia|Moldavsko|Moldavija|Молдавија|Republica Moldova|"
        "Молдова|Μολδαβία|Moldavien|モルドバ|摩尔多瓦|摩爾多瓦|몰도바|مولدوفا|מולדובה|मॉल्डोवा|มอลโดวา"
    ),
    "UA": (
        "Ukraine|Ucrania|Ucraina|Oekraïne|Ukraina|Ukrajina|Украјина|Ukrajna|Украйна|Ουκρανία|Україна|Ukrayna|"
        "ウクライナ|乌克兰|烏克蘭|우크라이나|أوكرانيا|אוקראינה|यूक्रेन|ยูเครน"
    ),
    "RU": (
        "Russia|Russland|Russie|Rusia|Rusland|Rosja|Rusko|Rusija|Русија|Oroszország|Русия|Ρωσία|Россия|Росія|Rusya|"
        "Ryssland|Venäjä|Venemaa|Krievija|ロシア|俄罗斯|俄羅斯|러시아|روسيا|רוסיה|रूस|รัสเซีย|Nga|"
        "Russian Federation"
    ),
}
