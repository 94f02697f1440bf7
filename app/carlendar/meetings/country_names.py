"""Names of countries in the languages of invitations, by ISO 3166-1 alpha-2 code; data only.

From CLDR (as Babel has it) in 36 languages, with the short forms that services write.
"""

from __future__ import annotations

NAMES: dict[str, str] = {
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
    "US": (
        "United States|Vereinigte Staaten|États-Unis|Estados Unidos|Stati Uniti|Verenigde Staten|Stany Zjednoczone|"
        "Spojené státy|Združene države Amerike|Sjedinjene Američke Države|Сједињене Државе|Sjedinjene Države|"
        "Egyesült Államok|Statele Unite ale Americii|Съединени щати|Ηνωμένες Πολιτείες|Соединенные Штаты|"
        "Сполучені Штати|Amerika Birleşik Devletleri|USA|Yhdysvallat|Ameerika Ühendriigid|"
        "Amerikas Savienotās Valstis|Jungtinės Valstijos|アメリカ合衆国|美国|美國|미국|الولايات المتحدة|"
        "ארצות הברית|संयुक्त राज्य|สหรัฐอเมริกา|Hoa Kỳ|Amerika Serikat|Amerika Syarikat|Estats Units|U.S.|"
        "United States of America|America|Vereinigte Staaten von Amerika|États-Unis d’Amérique|EE. UU.|EUA|VS|"
        "Соединенные Штаты Америки|アメリカ|米国"
    ),
    "CA": "Canada|Kanada|Канада|Καναδάς|カナダ|加拿大|캐나다|كندا|קנדה|कनाडा|แคนาดา",
    "KZ": (
        "Kazakhstan|Kasachstan|Kazajistán|Kazakistan|Cazaquistão|Kazachstan|Kazahstan|Казахстан|Kazahsztán|"
        "Καζακστάν|Kazakstan|Kasakhstan|Kasahstan|Kazahstāna|Kazachstanas|カザフスタン|哈萨克斯坦|哈薩克|"
        "카자흐스탄|كازاخستان|קזחסטן|कज़ाखस्तान|คาซัคสถาน"
    ),
    "IL": (
        "Israel|Israele|Izrael|Израел|Ισραήλ|Израиль|Ізраїль|İsrail|Iisrael|Izraēla|Izraelis|イスラエル|以色列|"
        "이스라엘|إسرائيل|ישראל|इज़राइल|อิสราเอล"
    ),
    "PS": (
        "Palestinian Territories|Palästinensische Autonomiegebiete|Territoires palestiniens|Territorios Palestinos|"
        "Territori Palestinesi|Palestijnse gebieden|Terytoria Palestyńskie|Palestinská území|Palestínske územia|"
        "Palestinsko ozemlje|Palestinsko područje|Палестинске територије|Palestinska Teritorija|"
        "Palesztin Autonómia|Teritoriile Palestiniene|Палестински територии|Παλαιστινιακά Εδάφη|"
        "Палестинские территории|Палестинські території|Filistin Bölgeleri|Palestinska territorierna|"
        "De palæstinensiske områder|Det palestinske området|Palestiinalaisalue|Palestiina alad|"
        "Palestīnas teritorijas|Palestinos teritorija|パレスチナ自治区|巴勒斯坦领土|巴勒斯坦自治區|팔레스타인 지구|"
        "الأراضي الفلسطينية|השטחים הפלסטיניים|फ़िलिस्तीनी क्षेत्र|ดินแดนปาเลสไตน์|Lãnh thổ Palestine|"
        "Wilayah Palestina|Wilayah Palestin|Territoris palestins"
    ),
    "JO": (
        "Jordan|Jordanien|Jordanie|Jordania|Giordania|Jordánsko|Jordanija|Јордан|Iordania|Йордания|Ιορδανία|"
        "Йорданія|Ürdün|Jordaania|ヨルダン|约旦|約旦|요르단|الأردن|ירדן|जॉर्डन|จอร์แดน|Yordania"
    ),
    "AE": (
        "United Arab Emirates|Vereinigte Arabische Emirate|Émirats arabes unis|Emiratos Árabes Unidos|"
        "Emirati Arabi Uniti|Emirados Árabes Unidos|Verenigde Arabische Emiraten|Zjednoczone Emiraty Arabskie|"
        "Spojené arabské emiráty|Združeni arabski emirati|Ujedinjeni Arapski Emirati|Уједињени Арапски Емирати|"
        "Egyesült Arab Emírségek|Emiratele Arabe Unite|Обединени арабски емирства|Ηνωμένα Αραβικά Εμιράτα|ОАЭ|"
        "Обʼєднані Арабські Емірати|Birleşik Arap Emirlikleri|Förenade Arabemiraten|De Forenede Arabiske Emirater|"
        "De forente arabiske emirater|Arabiemiirikunnat|Araabia Ühendemiraadid|Apvienotie Arābu Emirāti|"
        "Jungtiniai Arabų Emyratai|アラブ首長国連邦|阿拉伯联合酋长国|阿拉伯聯合大公國|아랍에미리트|"
        "الإمارات العربية المتحدة|איחוד האמירויות הערביות|संयुक्त अरब अमीरात|สหรัฐอาหรับเอมิเรตส์|"
        "Các Tiểu Vương quốc Ả Rập Thống nhất|Uni Emirat Arab|Emiriah Arab Bersatu|Emirats Àrabs Units|UAE"
    ),
    "SA": (
        "Saudi Arabia|Saudi-Arabien|Arabie saoudite|Arabia Saudí|Arabia Saudita|Saoedi-Arabië|Arabia Saudyjska|"
        "Saúdská Arábie|Saudská Arábia|Saudova Arabija|Saudijska Arabija|Саудијска Арабија|Szaúd-Arábia|"
        "Саудитска Арабия|Σαουδική Αραβία|Саудовская Аравия|Саудівська Аравія|Suudi Arabistan|Saudiarabien|"
        "Saudi-Arabia|Saudi Araabia|Saūda Arābija|Saudo Arabija|サウジアラビア|沙特阿拉伯|沙烏地阿拉伯|"
        "사우디아라비아|المملكة العربية السعودية|ערב הסעודית|सऊदी अरब|ซาอุดีอาระเบีย|Ả Rập Xê-út|Arab Saudi"
    ),
    "QA": "Qatar|Katar|Catar|Катар|Κατάρ|Katara|Kataras|カタール|卡塔尔|卡達|카타르|قطر|קטאר|क़तर|กาตาร์",
    "KW": (
        "Kuwait|Koweït|Koeweit|Kuwejt|Kuvajt|Кувајт|Kuvait|Kuweit|Кувейт|Κουβέιτ|Kuveyt|Kuveit|Kuveita|Kuveitas|"
        "クウェート|科威特|쿠웨이트|الكويت|כווית|कुवैत|คูเวต"
    ),
    "BH": (
        "Bahrain|Bahreïn|Baréin|Bahrajn|Бахреин|Μπαχρέιν|Bahreyn|Bahreina|Bahreinas|バーレーン|巴林|바레인|البحرين|"
        "בחריין|बहरीन|บาห์เรน"
    ),
    "OM": "Oman|Omã|Оман|Ομάν|Umman|Omaan|Omāna|Omanas|オマーン|阿曼|오만|عُمان|עומאן|ओमान|โอมาน",
    "EG": (
        "Egypt|Ägypten|Égypte|Egipto|Egitto|Egito|Egipt|Egipat|Египат|Egyiptom|Египет|Αίγυπτος|Єгипет|Mısır|"
        "Egypten|Egypti|Egiptus|Ēģipte|Egiptas|エジプト|埃及|이집트|مصر|מצרים|मिस्र|อียิปต์|Ai Cập|Mesir"
    ),
    "MA": (
        "Morocco|Marokko|Maroc|Marruecos|Marocco|Marrocos|Maroko|Мароко|Μαρόκο|Марокко|Fas|Marocko|Maroka|Marokas|"
        "モロッコ|摩洛哥|모로코|المغرب|מרוקו|मोरक्को|โมร็อกโก|Ma-rốc|Maghribi|Marroc"
    ),
    "DZ": (
        "Algeria|Algerien|Algérie|Argelia|Algerije|Algieria|Alžírsko|Alžirija|Alžir|Алжир|Αλγερία|Cezayir|Algeriet|"
        "Alžeeria|Alžyras|アルジェリア|阿尔及利亚|阿爾及利亞|알제리|الجزائر|אלג׳יריה|अल्जीरिया|แอลจีเรีย|Aljazair"
    ),
    "TN": (
        "Tunisia|Tunesien|Tunisie|Túnez|Tunesië|Tunezja|Tunisko|Tunizija|Tunis|Тунис|Tunézia|Τυνησία|Туніс|Tunus|"
        "Tunisien|Tuneesia|Tunisija|Tunisas|チュニジア|突尼斯|突尼西亞|튀니지|تونس|תוניסיה|ट्यूनीशिया|ตูนิเซีย"
    ),
    "ZA": (
        "South Africa|Südafrika|Afrique du Sud|Sudáfrica|África do Sul|Zuid-Afrika|Republika Południowej Afryki|"
        "Jihoafrická republika|Južná Afrika|Južnoafriška republika|Južnoafrička Republika|Јужноафричка Република|"
        "Dél-afrikai Köztársaság|Africa de Sud|Южна Африка|Νότια Αφρική|Южно-Африканская Республика|"
        "Південно-Африканська Республіка|Güney Afrika|Sydafrika|Sør-Afrika|Etelä-Afrikka|Lõuna-Aafrika Vabariik|"
        "Dienvidāfrikas Republika|Pietų Afrika|南アフリカ|南非|남아프리카|جنوب أفريقيا|דרום אפריקה|दक्षिण अफ़्रीका|"
        "แอฟริกาใต้|Nam Phi|Afrika Selatan|Sud-àfrica"
    ),
    "NG": (
        "Nigeria|Nigérie|Nigerija|Нигерија|Нигерия|Νιγηρία|Нігерія|Nijerya|Nigeeria|ナイジェリア|尼日利亚|奈及利亞|"
        "나이지리아|نيجيريا|ניגריה|नाइजीरिया|ไนจีเรีย"
    ),
    "KE": (
        "Kenya|Kenia|Quênia|Keňa|Kenija|Кенија|Кения|Κένυα|Кенія|Keenia|ケニア|肯尼亚|肯亞|케냐|كينيا|קניה|केन्या|เคนยา"
    ),
    "GH": "Ghana|Gana|Гана|Γκάνα|ガーナ|加纳|迦納|가나|غانا|גאנה|घाना|กานา",
    "IN": (
        "India|Indien|Inde|Indie|Indija|Индија|Индия|Ινδία|Індія|Hindistan|Intia|インド|印度|인도|الهند|הודו|भारत|"
        "อินเดีย|Ấn Độ"
    ),
    "PK": (
        "Pakistan|Paquistão|Пакистан|Pakisztán|Πακιστάν|Pakistāna|Pakistanas|パキスタン|巴基斯坦|파키스탄|باكستان|"
        "פקיסטן|पाकिस्तान|ปากีสถาน"
    ),
    "BD": (
        "Bangladesh|Bangladesch|Bangladés|Bangladesz|Бангладеш|Μπανγκλαντές|Bangladeša|Bangladešas|バングラデシュ|"
        "孟加拉国|孟加拉|방글라데시|بنغلاديش|בנגלדש|बांग्लादेश|บังกลาเทศ"
    ),
    "LK": (
        "Sri Lanka|Šrilanka|Шри Ланка|Σρι Λάνκα|Шри-Ланка|Шрі-Ланка|スリランカ|斯里兰卡|斯里蘭卡|스리랑카|سريلانكا|"
        "סרי לנקה|श्रीलंका|ศรีลังกา"
    ),
    "CN": (
        "China|Chine|Cina|Chiny|Kitajska|Kina|Кина|Китай|Κίνα|Çin|Kiina|Hiina|Kinija|中国|中國|중국|الصين|סין|चीन|"
        "จีน|Trung Quốc|Tiongkok|Xina|Mainland China"
    ),
    "HK": (
        "Hong Kong SAR China|RAE de Hong Kong|RAS di Hong Kong|Hong Kong, RAE da China|Hongkong SAR van China|"
        "SRA Hongkong|Hongkong – ZAO Číny|Hongkong – OAO Číny|PUP Hong Kong Kina|САР Хонгконг|Hong Kong|"
        "Hongkong KKT|R.A.S. Hong Kong, China|Хонконг, САР на Китай|Χονγκ Κονγκ ΕΔΠ Κίνας|Гонконг|"
        "Гонконг, ОАР Китаю|Çin Hong Kong ÖİB|Hongkong SAR|SAR Hongkong|Hongkong SAR Kina|"
        "中華人民共和国香港特別行政区|中国香港特别行政区|中國香港特別行政區|홍콩|هونغ كونغ الصينية|הונג קונג|"
        "हाँग काँग|Hong Kong DAK Tiongkok|Hong Kong SAR|Hongkong|香港"
    ),
    "TW": (
        "Taiwan|Tajwan|Tchaj-wan|Tajvan|Тајван|Тайван|Ταϊβάν|Тайвань|Tayvan|Taivāna|Taivanas|台湾|台灣|대만|تايوان|"
        "טייוואן|ताइवान|ไต้หวัน|Đài Loan|臺灣"
    ),
    "JP": (
        "Japan|Japon|Giappone|Japão|Japonia|Japonsko|Japonska|Јапан|Япония|Ιαπωνία|Японія|Japonya|Japani|Jaapan|"
        "Japāna|Japonija|日本|일본|اليابان|יפן|जापान|ญี่ปุ่น|Nhật Bản|Jepang|Jepun|Japó"
    ),
    "KR": (
        "South Korea|Südkorea|Corée du Sud|Corea del Sur|Corea del Sud|Coreia do Sul|Zuid-Korea|Korea Południowa|"
        "Jižní Korea|Južná Kórea|Južna Koreja|Јужна Кореја|Dél-Korea|Coreea de Sud|Южна Корея|Νότια Κορέα|"
        "Республика Корея|Південна Корея|Güney Kore|Sydkorea|Sør-Korea|Etelä-Korea|Lõuna-Korea|Dienvidkoreja|"
        "Pietų Korėja|韓国|韩国|南韓|대한민국|كوريا الجنوبية|קוריאה הדרומית|दक्षिण कोरिया|เกาหลีใต้|Hàn Quốc|"
        "Korea Selatan|Korea|Republic of Korea"
    ),
    "SG": (
        "Singapore|Singapur|Singapour|Singapura|Сингапур|Szingapúr|Σιγκαπούρη|Сінгапур|Singapūras|シンガポール|"
        "新加坡|싱가포르|سنغافورة|סינגפור|सिंगापुर|สิงคโปร์"
    ),
    "MY": (
        "Malaysia|Malaisie|Malasia|Maleisië|Malezja|Malajsie|Malajzia|Malezija|Малезија|Малайзия|Μαλαισία|Малайзія|"
        "Malezya|Malesia|Malaisia|Malaizija|マレーシア|马来西亚|馬來西亞|말레이시아|ماليزيا|מלזיה|मलेशिया|มาเลเซีย"
    ),
    "TH": (
        "Thailand|Thaïlande|Tailandia|Thailandia|Tajlandia|Thajsko|Tajska|Tajland|Тајланд|Thaiföld|Thailanda|"
        "Тайланд|Ταϊλάνδη|Таїланд|Tayland|Thaimaa|Tai|Taizeme|Tailandas|タイ|泰国|泰國|태국|تايلاند|תאילנד|थाईलैंड|"
        "ไทย|Thái Lan"
    ),
    "VN": (
        "Vietnam|Viêt Nam|Vietnã|Wietnam|Vijetnam|Вијетнам|Виетнам|Βιετνάμ|Вьетнам|Вʼєтнам|Vjetnama|Vietnamas|"
        "ベトナム|越南|베트남|فيتنام|וייטנאם|वियतनाम|เวียดนาม"
    ),
    "PH": (
        "Philippines|Philippinen|Filipinas|Filippine|Filipijnen|Filipiny|Filipini|Филипини|Fülöp-szigetek|Filipine|"
        "Φιλιππίνες|Филиппины|Філіппіни|Filipinler|Filippinerna|Filippinerne|Filippinene|Filippiinit|Filipiinid|"
        "Filipinai|フィリピン|菲律宾|菲律賓|필리핀|الفلبين|הפיליפינים|फ़िलिपींस|ฟิลิปปินส์|Filipina|Filipines"
    ),
    "ID": (
        "Indonesia|Indonesien|Indonésie|Indonezja|Indonézia|Indonezija|Индонезија|Индонезия|Ινδονησία|Індонезія|"
        "Endonezya|Indoneesia|インドネシア|印度尼西亚|印尼|인도네시아|إندونيسيا|אינדונזיה|इंडोनेशिया|อินโดนีเซีย"
    ),
    "AU": (
        "Australia|Australien|Australie|Avstralija|Australija|Аустралија|Ausztrália|Австралия|Αυστραλία|Австралія|"
        "Avustralya|Austraalia|オーストラリア|澳大利亚|澳洲|오스트레일리아|أستراليا|אוסטרליה|ऑस्ट्रेलिया|ออสเตรเลีย"
    ),
    "NZ": (
        "New Zealand|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|Nuova Zelanda|Nova Zelândia|Nieuw-Zeeland|"
        "Nowa Zelandia|Nový Zéland|Nova Zelandija|Novi Zeland|Нови Зеланд|Új-Zéland|Noua Zeelandă|Нова Зеландия|"
        "Νέα Ζηλανδία|Новая Зеландия|Нова Зеландія|Yeni Zelanda|Nya Zeeland|Uusi-Seelanti|Uus-Meremaa|Jaunzēlande|"
        "Naujoji Zelandija|ニュージーランド|新西兰|紐西蘭|뉴질랜드|نيوزيلندا|ניו זילנד|न्यूज़ीलैंड|นิวซีแลนด์|"
        "Selandia Baru|Nova Zelanda"
    ),
    "MX": (
        "Mexico|Mexiko|Mexique|Messico|Meksyk|Mehika|Meksiko|Мексико|Mexic|Μεξικό|Мексика|Meksika|Mehhiko|メキシコ|"
        "墨西哥|멕시코|المكسيك|מקסיקו|मैक्सिको|เม็กซิโก"
    ),
    "BR": (
        "Brazil|Brasilien|Brésil|Brasil|Brasile|Brazilië|Brazylia|Brazília|Brazilija|Бразил|Бразилия|Βραζιλία|"
        "Бразилія|Brezilya|Brasilia|Brasiilia|ブラジル|巴西|브라질|البرازيل|ברזיל|ब्राज़ील|บราซิล"
    ),
    "AR": (
        "Argentina|Argentinien|Argentine|Argentinië|Argentyna|Аргентина|Аржентина|Αργεντινή|Arjantin|Argentiina|"
        "アルゼンチン|阿根廷|아르헨티나|الأرجنتين|ארגנטינה|अर्जेंटीना|อาร์เจนตินา"
    ),
    "CL": "Chile|Chili|Cile|Чиле|Чили|Χιλή|Чилі|Şili|Tšiili|チリ|智利|칠레|تشيلي|צ׳ילה|चिली|ชิลี|Xile",
    "CO": (
        "Colombia|Kolumbien|Colombie|Kolumbia|Kolumbie|Kolumbija|Колумбија|Columbia|Колумбия|Κολομβία|Колумбія|"
        "Kolombiya|コロンビア|哥伦比亚|哥倫比亞|콜롬비아|كولومبيا|קולומביה|कोलंबिया|โคลอมเบีย|Kolombia"
    ),
    "PE": "Peru|Pérou|Перу|Περού|Peruu|ペルー|秘鲁|秘魯|페루|بيرو|פרו|पेरू|เปรู",
    "UY": (
        "Uruguay|Uruguai|Urugwaj|Uruguaj|Urugvaj|Уругвај|Уругвай|Ουρουγουάη|Urugvaja|Urugvajus|ウルグアイ|乌拉圭|"
        "烏拉圭|우루과이|أورغواي|אורוגוואי|उरूग्वे|อุรุกวัย"
    ),
    "EC": (
        "Ecuador|Équateur|Equador|Ekwador|Ekvádor|Еквадор|Ισημερινός|Эквадор|Ekvadora|Ekvadoras|エクアドル|"
        "厄瓜多尔|厄瓜多|에콰도르|الإكوادور|אקוודור|इक्वाडोर|เอกวาดอร์|Ekuador"
    ),
    "VE": (
        "Venezuela|Wenezuela|Венецуела|Venecuela|Βενεζουέλα|Венесуэла|Венесуела|Venesuela|ベネズエラ|委内瑞拉|"
        "委內瑞拉|베네수엘라|فنزويلا|ונצואלה|वेनेज़ुएला|เวเนซุเอลา"
    ),
    "CR": (
        "Costa Rica|Kostaryka|Kostarika|Костарика|Коста Рика|Κόστα Ρίκα|Коста-Рика|Kosta Rika|コスタリカ|"
        "哥斯达黎加|哥斯大黎加|코스타리카|كوستاريكا|קוסטה ריקה|कोस्टारिका|คอสตาริกา"
    ),
    "PA": "Panama|Панама|Παναμάς|パナマ|巴拿马|巴拿馬|파나마|بنما|פנמה|पनामा|ปานามา",
    "DO": (
        "Dominican Republic|Dominikanische Republik|République dominicaine|República Dominicana|"
        "Repubblica Dominicana|Dominicaanse Republiek|Dominikana|Dominikánská republika|Доминиканска Република|"
        "Dominikai Köztársaság|Δομινικανή Δημοκρατία|Доминиканская Республика|Домініканська Республіка|"
        "Dominik Cumhuriyeti|Dominikanska republiken|Den Dominikanske Republik|Den dominikanske republikk|"
        "Dominikaaninen tasavalta|Dominikaani Vabariik|Dominikos Respublika|ドミニカ共和国|多米尼加共和国|"
        "多明尼加共和國|도미니카 공화국|جمهورية الدومينيكان|הרפובליקה הדומיניקנית|डोमिनिकन गणराज्य|"
        "สาธารณรัฐโดมินิกัน|Cộng hòa Dominica|Republik Dominika|Republik Dominica"
    ),
    "PR": (
        "Puerto Rico|Porto Rico|Portorico|Portoryko|Portoriko|Порторико|Porto Riko|Пуерто Рико|Πουέρτο Ρίκο|"
        "Пуэрто-Рико|Пуерто-Рико|Puertoriko|Puerto Rikas|プエルトリコ|波多黎各|푸에르토리코|بورتوريكو|פוארטו ריקו|"
        "पोर्टो रिको|เปอร์โตริโก|Puerto Riko"
    ),
}
