"""Words of invitations that belong to a telephone conference, in about 40 languages; data only.

Notation of a stem, as `words` reads it: a word that begins with it counts (`telefonkonferenz`); with a
trailing dot the whole word only (`tel.`); with a leading dash a word that ends in it (`-nummer`); with
underscores a phrase of whole words (`dial_in`). Scripts that do not separate words match anywhere.
"""

from __future__ import annotations

JOIN = (
    # en
    "dial_in dialin dial_ins dialing_in dialling_in call_in call_ins callin join_by_phone join_by_telephone"
    " by_phone by_telephone via_phone via_telephone using_your_phone phone_conference telephone_conference"
    " phone_conferencing conference_call conference_calls conference_bridge conf_call bridge. bridge_line"
    " bridge_number conference_line audio_conference audio_conferencing audioconference audio_bridge"
    " audio_connection join_audio audio_only teleconference teleconferencing telecon telcon concall one_tap"
    " one_touch tap_to_join tap_to_call tap_to_dial touch_to_join click_to_call dial_by or_dial to_join_dial"
    " dial_to_join access_number access_numbers access_phone toll_free_number toll_number iphone_one phone_dial"
    " conference_dial phone_bridge join_on_the_phone join_from_a_phone join_from_phone or_telephone audio_dial"
    " phone_in"
    # de
    " einwahl einwähl einwaehl einzuwählen schnelleinwahl wähleinwahl telefoneinwahl telefonkonferenz telko."
    " per_telefon per_telefonisch telefonisch_teilnehmen teilnahme_per_telefon audiokonferenz konferenzschaltung"
    " telefonische_teilnahme oder_telefonisch zugangsnummer zugangsrufnummer konferenzrufnummer konferenzbrücke"
    " telefonschalte telefonbrücke"
    # fr
    " par_téléphone conférence_téléphonique audioconférence téléconférence composez_le numéro_d_accès"
    " numéro_d_appel numéros_d_appel numéros_d_accès appel_téléphonique accès_téléphonique ou_appelez rejoindre_par"
    " conférence_audio pont_téléphonique audio_uniquement se_connecter une_seule_touche seule_pression pont_audio"
    # es
    " por_teléfono marcación marcado. conferencia_telefónica audioconferencia teleconferencia número_de_acceso"
    " números_de_acceso acceso_telefónico llamada_en_conferencia un_toque un_solo_toque solo_audio llamada_de_audio"
    # it
    " per_telefono via_telefono con_il_telefono telefonicamente teleconferenza audioconferenza"
    " conferenza_telefonica numero_di_accesso numeri_di_accesso accesso_telefonico un_tocco tramite_telefono"
    " dal_telefono chiamata_in_conferenza conferenza_audio"
    # pt
    " por_telefone via_telefone discagem acesso_telefônico acesso_telefónico conferência_telefônica"
    " conferência_telefónica audioconferência teleconferência número_de_acesso números_de_acesso um_toque"
    " toque_único pelo_telefone marcação_telefónica somente_áudio apenas_áudio ligação_telefônica"
    # nl
    " inbel telefonisch_deelnemen per_telefoon via_de_telefoon via_telefoon telefonische_conferentie"
    " conferentiegesprek telefoonvergadering telefonische_vergadering toegangsnummer één_tik alleen_audio"
    " telefoonconferentie bel_in telefonisch_inbellen"
    # pl
    " telefonicznie wdzwanian wdzwoń wdzwonić telekonferenc numer_dostępowy numery_dostępowe numer_dostępu"
    " przez_telefon połączenie_konferencyjne telekonferencj jednym_dotknięciem jednym_naciśnięciem tylko_dźwięk"
    " rozmowa_konferencyjna połączenie_telefoniczne telefonicznego"
    # cs sk
    " telefonicky telefonem vytáčen vytáčan konferenční_hovor konferenčný_hovor telekonferen přístupové_číslo"
    " prístupové_číslo jedním_klepnutím jedným_klepnutím po_telefonu cez_telefón prostredníctvom_telefónu"
    " přes_telefon telefonická_konference telefonická_konferencia telefonické_připojení telefonické_pripojenie"
    " jen_zvuk iba_zvuk pouze_zvuk"
    # sl hr sr bs
    " telefonska_konferenca telefonski_klic klicna_številka dostopna_številka telefonom putem_telefona"
    " telefonska_konferencija konferencijski_poziv pristupni_broj pozivanje biranje. uključivanje_telefonom"
    " телефоном. путем_телефона позивање приступни_број телефонска_конференција konferenčni_klic klicanje"
    # hu
    " telefonon betárcsáz tárcsázás telefonos_csatlakozás telefonos_konferencia konferenciahívás telefonkonferenci"
    " behívó behívás betelefonál hozzáférési_szám egy_érintés egyérintéses csak_hang hívószám"
    # ro
    " prin_telefon telefonic. conferință_telefonică teleconferință audioconferință număr_de_acces numere_de_acces"
    " apelare acces_telefonic o_singură_atingere doar_audio apel_în_conferință"
    # bg ru uk
    " по_телефона по_телефон чрез_телефон набиране телеконферен аудиоконферен конферентен_разговор номер_за_достъп"
    " телефонна_конференция с_едно_докосване по_телефону дозвон дозвона телефонная_конференция"
    " телефонной_конференции конференц_связь конференц_звонок номер_доступа номера_доступа одним_касанием"
    " только_звук телефонное_подключение телефоном за_телефоном номер_доступу телефонна_конференція"
    " телефонної_конференції одним_дотиком лише_звук конференц_дзвінок через_телефон телефонне_підключення"
    " набрать_номер"
    # el
    " μέσω_τηλεφώνου τηλεφωνική_σύνδεση τηλεφωνικά τηλεδιάσκεψη τηλεφωνική_διάσκεψη τηλεφωνική_συνδιάσκεψη"
    " κλήση_συνδιάσκεψης αριθμός_πρόσβασης αριθμοί_πρόσβασης με_τηλέφωνο από_τηλέφωνο κλήση_σε ένα_πάτημα"
    " κλήση_εισόδου μόνο_ήχος τηλεφωνικής_διάσκεψης τηλεφωνικής_συνδιάσκεψης ηχητική_διάσκεψη"
    # tr
    " telefonla arama_numarası arama_numaraları telefon_ile telefon_aracılığıyla telefon_üzerinden telefonla_katıl"
    " çevirmeli telekonferans konferans_görüşmesi konferans_araması erişim_numarası erişim_numaraları tek_dokunuş"
    " tek_dokunuşla yalnızca_ses sesli_konferans telefon_konferansı numarayı_çevirin arayarak"
    # sv da nb
    " ring_in ring_ind ring_inn inringning uppringning innringing oppringing indringning via_telefon pr_telefon"
    " på_telefon telefonkonferens telefonkonference telefonkonferanse telefonmöte telefonmøde telefonmøte"
    " telefonanslutning åtkomstnummer adgangsnummer tilgangsnummer ett_tryck et_tryk ett_trykk endast_ljud kun_lyd"
    " opkaldsnummer opkald_via indkald telefonisk_deltagelse bare_lyd telefonopkald inringningsnummer"
    # fi et lv lt
    " soittamalla puhelimitse puhelimella puhelinkokous puhelinneuvottelu puhelinkonferenssi sisäänsoitto"
    " soita_sisään soittonumero pääsynumero yhdellä_napautuksella neuvottelupuhelu vain_ääni telefoni_teel"
    " telefonikonverents sissehelistamis sissehelistamine konverentskõne pa_tālruni iezvan telefonkonferenc"
    " telefonkonferenč konferences_zvan piekļuves_numur tālruņa_konference prisijungimo_telefonu"
    " telefoninė_konferencija telefoninės_konferencijos prieigos_numer konferencinis_skambutis"
    # ja zh ko
    " ダイヤルイン ダイアルイン ダイヤル ダイアル 電話で参加 電話で 電話から 電話による 電話会議 ワンタップ"
    " 音声会議 アクセス番号 音声のみ 電話参加 接続番号 拨入 撥入 拨号 撥號 电话会议 電話會議 通过电话 透過電話"
    " 電話加入 电话加入 一键 一鍵 语音会议 語音會議 接入号 接入號 音频会议 仅音频 电话接入 電話接入 电话参会"
    " 使用电话 使用電話 电话拨 電話撥 전화로 전화_접속 전화_회의 전화회의 다이얼인 다이얼_인 원탭 원터치"
    " 오디오_회의 접속_번호 액세스_번호 전화_참가 컨퍼런스_콜 컨퍼런스콜 전화_접속_번호 위치별"
    # ar he hi th
    " عبر_الهاتف بالهاتف هاتفيا الهاتفي مكالمة_جماعية رقم_الوصول أرقام_الوصول بنقرة_واحدة الاتصال_بـ חיוג"
    " שיחת_ועידה באמצעות_הטלפון דרך_הטלפון בטלפון טלפונית מספר_גישה מספרי_גישה הקשה_אחת फ़ोन_द्वारा फोन_द्वारा"
    " फ़ोन_से फोन_से डायल_इन कॉन्फ़्रेंस_कॉल वन_टैप एक_टैप एक्सेस_नंबर โทรเข้า ทางโทรศัพท์ ประชุมทางโทรศัพท์"
    " แตะครั้งเดียว หมายเลขเข้าถึง"
    # vi id ms ca
    " gọi_vào quay_số qua_điện_thoại bằng_điện_thoại hội_nghị_điện_thoại một_chạm số_truy_cập cuộc_gọi_hội_nghị"
    " melalui_telepon lewat_telepon via_telepon panggil_masuk dial_masuk konferensi_telepon telekonferensi"
    " nomor_akses satu_ketukan melalui_telefon dail_masuk panggilan_persidangan telesidang nombor_akses satu_ketik"
    " per_telèfon conferència_telefònica teleconferència número_d_accés un_toc trucada_de_conferència"
    " accés_telefònic 手机一键拨号 手机一键 手機一鍵 行動裝置一鍵 移动设备一键 移動裝置一鍵 prisijungti_telefonu"
    " skambinti_telefonu dalyvauti_telefonu prisijunkite_telefonu per_anruf dial_my_bridge oder_per_telefon"
    " ou_par_téléphone phone_access telephone_access -einwahl nur_audio telefonisch_beitreten"
    " connexion_téléphonique numéro_à_composer llamada_telefónica número_de_llamada número_para_marcar"
    " número_de_marcación número_de_marcado connessione_telefonica numero_da_comporre numero_da_chiamare"
    " número_de_marcação número_de_discagem número_para_discar número_de_chamada numero_di_chiamata"
    " nummer_om_in_te_bellen inbellen numer_do_wdzwaniania uczestnictwo_telefoniczne telefonnal telefonos_részvétel"
    " număr_de_apel număr_de_apelare numărul_de_apelare τηλεφωνική_συμμετοχή αριθμός_κλήσης αριθμός_κλησης"
    " номер_для_звонка номер_для_дзвінка номер_для_набору номер_для_набора позвонить_в 전화_참여 전화_걸기 音声接続"
    " 语音接入 電話接続 接続電話番号 接続先番号 接続用電話番号 רישום_טלפוני call_number calling_number"
    " באמצעות_טלפון שיחת_הוועידה за_допомогою_телефону join_the_call join_call join_the_conference join_this_call"
    " wählnummer rufnummer_für_einwahl numéro_à_appeler numéro_de_connexion numéro_d_entrée appelez_le"
    " teléfono_de_acceso número_a_marcar número_de_conexión número_de_entrada numero_per_collegarsi"
    " numero_di_collegamento numero_d_accesso numeri_d_accesso telefone_de_acesso número_de_ligação"
    " número_para_ligar bel_naar kiesnummer belnummer numer_wdzwaniany numer_do_połączenia numer_wejściowy"
    " číslo_pro_vytáčení číslo_k_vytočení vytáčené_číslo volací_číslo číslo_na_vytočenie volacie_číslo ringnummer"
    " nummer_att_ringa anslutningsnummer ring_ind_nummer nummer_at_ringe tilslutningsnummer ringenummer"
    " nummer_å_ringe oppkoblingsnummer sisäänsoittonumero liittymisnumero tárcsázási bejelentkezési_szám"
    " csatlakozási_szám behívószám număr_de_conectare număr_pentru_apelare număr_de_intrare çevrilecek_numara"
    " bağlantı_numarası arayacağınız_numara giriş_numarası τηλέφωνο_σύνδεσης αριθμός_σύνδεσης αριθμός_εισόδου"
    " αριθμός_συμμετοχής номер_для_входу номер_для_приєднання номер_виклику номер_для_входа номер_для_присоединения"
    " номер_вызова номер_набора 発信番号 接続用番号 通話番号 呼入 加入电话 入会电话 加入電話 연결_번호 참여_번호"
    " رقم_الانضمام رقم_الدخول מספר_התקשרות מספר_כניסה מספר_להתקשרות konferenční_číslo konferenčné_číslo"
    " vergaderingsnummer wdzwonienia wdzwania telefoniczny_dostęp dostęp_telefoniczny přístup_telefonem inwahl"
    " anwahl einwählnummer anwählen join_via_phone join_via_telephone by_dialing by_dialling phone_number_to_dial"
    " number_to_dial number_to_call call_this_number dial_this_number telefonzugang telefonischer_zugang"
    " zugang_per_telefon telefonische_toegang telefonisk_adgang telefonisk_tilgang telefonåtkomst puhelinyhteys"
    " telefonos_hozzáférés acces_prin_telefon telefonla_erişim τηλεφωνική_πρόσβαση телефонный_доступ"
    " телефонний_доступ доступ_по_телефону"
)
"""A conference that is joined by telephone: of a number's label or of the heading above it."""

DIAL = (
    "dial. dials. dialing dialling composez composer_le marque. marcar. marquez disque. disquez discar. disca."
    " ligue_para ligar_para llame. llamar llama_al componi. comporre componga wähle. wählen anwählen wybierz_numer"
    " wykręć vytočte vytoči tárcsáz hívja hívás apelați formați наберете набирайте наберите набрать набирать"
    " наберіть καλέστε tuşlayın çevirin arayın ring_till ring_til soita. soittaa helista zvaniet skambinkite 拨打"
    " 撥打 다이얼 اطلب اتصل الاتصال חייג लगाएँ डायल หมุน hubungi_nomor marqueu pozovite pokličite pokliči nazovite"
    " volejte naberite позвоните зателефонув зателефонуйте obehnite zavolajte appelez appeler_le chiama. chiamare"
    " ring. volajte bellen bel. belt. inbellen"
)
"""Verbs of dialling: less than JOIN, since one dials persons too."""

PHONE = (
    "phone telephone tel. tél. telefon téléphone teléfono telefono telefone telefoon telefón telefonní telefónne"
    " telefónn telefonsk телефонн τηλεφωνικ puhelin tlf. tfn. tlf puh. ph. call. calls. calling appel llamada"
    " chiamata chamada ligação anruf rufnummer telefonnummer τηλ. τηλέφωνο τηλεφων κλησ тел. телефон τηλεφ tālrun"
    " tlr. telefonas 電話 电话 전화 هاتف טלפון फ़ोन फोन โทร điện_thoại telepon telefòn ring. opkald hívás zvanj"
    " numur"
)
"""A telephone, whoever's it is."""

MEETING = (
    "meeting conference conferencing conf. webinar session. konferenz telefonkonferenz besprechung sitzung réunion"
    " conférence reunión conferencia riunione conferenza reunião conferência vergader conferentie"
    " telefonische_vergader spotkani konferencj schůzk konferenc stretnut porad sestan sastan састан értekezlet"
    " megbeszélés konferenci ședinț întâlnir conferinț срещ конферен събрани σύσκεψη διάσκεψη συνδιάσκεψη σύσκεψης"
    " διάσκεψης συνδιάσκεψης встреч собрани совещан зустріч зустрічі нарад toplantı konferans möte mötes"
    " telefonkonferens konferens møde konference møte konferanse telefonkonferanse telefonkonference kokous"
    " neuvottelu puhelinkokous koosolek konverents telefonikonverents sapulc sanāksm konferences susitikim posėdž"
    " konferencij 会議 ミーティング 会议 會議 회의 미팅 컨퍼런스 اجتماع مؤتمر ישיבה פגישה ועידה मीटिंग बैठक सम्मेलन"
    " การประชุม họp hội_nghị cuộc_họp rapat pertemuan konferensi mesyuarat persidangan reunió conferència"
    " teleconference telco bridge. audiokonferenz dial_in teleconferencia audioconferência audioconférence"
    " téléconférence teleconferenza telekonferenc telefonkonferenc einwahl inbel conferenti connexion connessione"
    " conexión conexão conectar připojen pripojen підключен подключен приєдна присоедин csatlakoz részvétel"
    " uczestnictw udział deltagande deltagelse deltakelse osallistumi συμμετοχή συνδεσ 接続 参加 参会 參會 접속"
    " 참가 참여 katılım. katılma הצטרפות انضمام الانضمام المشاركة beitreten beitritt teilnahme teilnehmen"
    " participer rejoindre participar unirse partecipa partecipare deelnemen deelname konferenssi kokouks neuvottel"
    " schůz schôdz whygo ועידת réunion. sitzungs join."
)
"""What makes a code one of a conference: `conference ID`, `Besprechungs-ID`."""

ACCESS = (
    "access. accès accès. acceso accesso acesso zugang zugangs toegang dostęp přístup prístup pristup приступ"
    " hozzáfér acces. достъп доступ πρόσβασ erişim åtkomst adgang tilgang pääsy juurdepääs piekļuv prieig アクセス"
    " 访问 接入 存取 訪問 액세스 접속 وصول دخول גישה एक्सेस เข้าถึง เข้าร่วม truy_cập akses accés dostop -zugang"
    " -access -toegang"
)

GUEST = (
    "participant attendee guest guests invitee audience teilnehm gast. gäste. gastcode gastpin gastzugang invité"
    " invités participante participantes asistente asistentes invitado partecipant ospite ospiti deelnem gasten."
    " uczestni gość gości gościa účastní účastník účastn hosta. hosty. hostů. hosťa hosti. hosťov hostí. udeležen"
    " gost gosta gostje sudioni učesni учесни résztvev vendég participan oaspet invitat участн участни гост гости"
    " συμμετέχ επισκέπτ καλεσμέν учасни гість гостя katılımc konuk misafir deltag gæst gæste gjest gjeste gäst"
    " osallistuj vieras vieraan osalej osaleja külali dalībniek viesi viesa viesu dalyvi dalyvio svečio sveč 参加者"
    " 出席者 ゲスト 参会者 参會者 與會者 与会者 参与者 參與者 来宾 來賓 參加者 访客 訪客 참가자 참석자 참여자"
    " 게스트 مشارك ضيف משתתף משתתפים משתתפ אורח प्रतिभागी अतिथि सहभागी ผู้เข้าร่วม ผู้ร่วม người_tham_gia"
    " người_tham_dự người_dự khách peserta tamu. tetamu participants convidat convidado convidados 参会人 嘉宾参会"
    " 출석자 الحاضر الحاضرين zuhörer listener auditeur oyente ouvinte luisteraar lytter posluchač slušatel слушател"
    " слухач deltak mitglied_der_konferenz"
)

HOST = (
    "host hosts hosting cohost moderator leader leaders chair chairman chairperson chairwoman chairs organizer"
    " organiser presenter panelist panellist speaker facilitator owner admin administrator leiter leiterin"
    " gastgeber veranstalter organisator vorsitz podium diskussionsteilnehm konferenzleiter besprechungsleiter"
    " sitzungsleit referent modérat animateur hôte président organisateur intervenant panéliste conférencier"
    " anfitri organizador moderador presidente líder panelista ponente orador ospitante organizzator moderatore"
    " relator conduttor leider voorzitter gastheer gastvrouw panellid gespreksleider presentator prowadząc"
    " organizator gospodar gospodarz przewodnic hostitel organizátor moderátor předsed předsedaj vedouc vedúc"
    " predsed gostitelj voditelj vodja vodj domaćin domaći домаћин domaćina házigazd szervez elnök vezető előad"
    " gazda gazdei prezentator președint домакин организатор модератор председат водещ лектор οικοδεσπότ διοργανωτ"
    " συντονιστ πρόεδρ προέδρου ομιλητ ведущ панелист докладчик ведуч голови голова доповідач організатор хост"
    " toplantı_sahibi sahibi düzenleyen düzenleyici moderatör başkan başkanı yönetici konuşmacı värd värdkod"
    " värdens ordförande mötesledar ledare ledarkod arrangör vært værts ordstyrer mødeleder leder. lederkode"
    " lederens vert. verts vertens vertskode møteleder isäntä isännän järjestäj puheenjohtaj panelisti juhataja"
    " korraldaja võõrustaja juhi eesistuja moderaator vadītāj rīkotāj saimniek organizators namatēv vedėj"
    " organizatori šeiminink pirminink rengėj ホスト 主催者 主催 司会 議長 モデレーター モデレータ パネリスト"
    " リーダー 管理者 登壇者 主持人 主持 组织者 組織者 召集人 主席 嘉宾 與談人 小组成员 管理员 主办 호스트 주최자"
    " 사회자 의장 진행자 패널 리더 모더레이터 관리자 مضيف منظم رئيس مشرف مدير متحدث القائد מארח מנחה מארגן פנליסט"
    " מנהל יושב_ראש होस्ट मेज़बान आयोजक अध्यक्ष मॉडरेटर पैनलिस्ट โฮสต์ เจ้าภาพ ผู้จัด ประธาน ผู้ดำเนิน ผู้นำ"
    " chủ_trì chủ_tọa người_tổ_chức chủ_phòng tuan_rumah penyelenggara ketua. pengerusi penganjur amfitrió"
    " organitzador president hoste. hostkey leitung leitungs präsentator präsentier vortragend apresentador"
    " prelegent przednáš přednáš prednáš arrangør verten verten. värden moderaattor juontaj vetäj sunucu υπεύθυν"
    " господар руководител ведущего 開催者 演讲者 演講者 主讲 主办方 발표자 운영자 منسق المنسق المسؤول מרצה מנחת"
    " kierownik lider лидер лідер řečník rečník esittelij puheenjohtaja vedoucího konduktor hosta. hosty. hostů."
    " konferenzleitung samtaleleder mødevært møtevert mötesvärd kokousisäntä megbeszélésvezető vezetőé moderátora"
    " prowadzącego gospodarza 会議主催 ミーティングホスト 会议主持 회의_주최자 رئيس_الاجتماع יו_ר"
)

CODE = (
    "code codes pin. pins. id. ids. pincode kennung kennziffer kenncode kode kod. kód. kódja kodu kodun kody kodi"
    " koodi kodas kods. cod. codul codice código codi. codigo idn. код. кода. код κωδικ коду. identifiant"
    " identificador identificat identificativo identyfikator identifikát identifikaatio identifikáto azonosító"
    " идентификатор ідентифікатор ідентифік αναγνωριστικ tunnus tunniste tunnusluku kimlik kimliği kennnummer"
    " identifikator identifikaator identifikators identifikatorius ідентифікат identifier zugangscode コード ピン"
    " 暗証番号 代码 代碼 编号 編號 识别码 識別碼 接入码 接入碼 会议号 會議號 会议号码 會議號碼 参会码 코드 아이디"
    " رمز كود معرف المعرف קוד מזהה कोड आईडी पिन รหัส ไอดี mã. mã_số số_id šifra šifro šifre шифра -code -pin -kod"
    " -kode -koodi -kód -kodas -kennung -kods -kood kood. -koden -kóddal -tunnus -azonosító"
    " número_de_identificación kôd. kennzahl zugangszahl vergadercode wachtwoordcode toegangscode pinkod пин. пін."
    " pinkoodi التعريف_الشخصي 入会 会议码 會議碼 number_code номер_пин nip_de nip_du nip_d nip_conférence 码 碼"
)

NUMBER = (
    "number numbers nr. no. nummer numéro numéros número números numero numeri numer numery číslo čísla broj"
    " številka број szám száma számok număr numărul номер номера номерът номеру αριθμό αριθμοί αριθμός numara"
    " numarası nummeret numurs numeris 番号 番號 号码 號碼 번호 رقم أرقام מספר מספרי नंबर संख्या หมายเลข số. nomor"
    " nombor -nummer -number -nummern -numero -szám -numret -numara telefonnummer rufnummer -rufnummer 号. 號."
)

KEYWORD = (
    "passcode password passwort kennwort geheimcode mot_de_passe code_secret contraseña clave. senha palavra_passe"
    " wachtwoord hasło hasła heslo jelszó parolă parola пароль пароля парол парола şifre lösenord adgangskode"
    " passord salasana parool parole slaptažod passkod pääsykoodi geslo lozinka лозинка kenncode κωδικός_πρόσβασης"
    " パスコード パスワード 密码 密碼 口令 암호 비밀번호 كلمة_المرور كلمة_مرور סיסמה סיסמת पासवर्ड पासकोड รหัสผ่าน"
    " mật_khẩu mật_mã kata_sandi kode_sandi kata_laluan kod_laluan contrasenya clau. passkode"
)
