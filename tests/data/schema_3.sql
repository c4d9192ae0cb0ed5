-- A store as Vejviser wrote it before people had roles (commit 0b4e1f0).
CREATE TABLE about (
	"key" VARCHAR(40) NOT NULL, 
	value VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_about PRIMARY KEY ("key")
);
INSERT INTO "about" VALUES('schema','3');
INSERT INTO "about" VALUES('audit_start','0:');
INSERT INTO "about" VALUES('audit_head','15:GVEG1BKIRDvaT0qQx9arC3');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR(80) NOT NULL, 
	action VARCHAR(20) NOT NULL, 
	"case" VARCHAR(40) NOT NULL, 
	form VARCHAR(40) NOT NULL, 
	occasion VARCHAR(40) NOT NULL, 
	field VARCHAR(200), 
	value_hash VARCHAR(64), 
	revision INTEGER NOT NULL, 
	purpose VARCHAR(200) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,'2026-11-22 20:59:44.876400','profil-a','setting','','','','real_cases',NULL,0,'True','bpIKLkOl5GcDKOSRZrZe7g');
INSERT INTO "audit" VALUES(2,'2026-11-22 20:59:44.882776','profil-a','setting','','','','exercise_days',NULL,0,'60','JdahaClZggFi7SbZc6LqyI');
INSERT INTO "audit" VALUES(3,'2026-11-22 20:59:44.898977','profil-a','create','K00012','','','ref','PP521JsZTq5u8_0W',1,'','sWMuwMV0D4HLwNBAe3cl1h');
INSERT INTO "audit" VALUES(4,'2026-11-22 20:59:44.898977','profil-a','create','K00012','','','birthday','UfcXLRdlgTUEP8CO',1,'','bpBY6XXCk5FH01vt2e3M4e');
INSERT INTO "audit" VALUES(5,'2026-11-22 20:59:44.898977','profil-a','create','K00012','','','unit','16lD6mOGX0IxkBho',1,'','yjvN83TGTAigvdAd--LRbt');
INSERT INTO "audit" VALUES(6,'2026-11-22 20:59:44.898977','profil-a','create','K00012','','','coordinator','onTuS25LjxzwLh2O',1,'','8Mji_r_2N9lhMSdefIwrIW');
INSERT INTO "audit" VALUES(7,'2026-11-22 20:59:44.898977','profil-a','create','K00012','','','opened','mQw4pmpzjNKWc36v',1,'','7yy-3VYiTzOt6AhuvIhgNA');
INSERT INTO "audit" VALUES(8,'2026-11-22 20:59:44.936797','profil-a','create','K00012','meeting','2026-05-03','outcome','HnXEoszDgE0eatSe',1,'','2tF6kw3SqbpbJIRW11JyrH');
INSERT INTO "audit" VALUES(9,'2026-11-22 20:59:44.957695','profil-a','finish','K00012','meeting','2026-05-03',NULL,NULL,2,'','HHQdDBzUuKnBQItnn-FgvE');
INSERT INTO "audit" VALUES(10,'2026-11-22 20:59:44.986894','profil-a','hand_over','K00012','meeting','2026-05-03',NULL,NULL,3,'','L3I2WeKErS_1JsooPxaV4B');
INSERT INTO "audit" VALUES(11,'2026-11-22 20:59:44.999121','profil-a','create','ØVELSE-01','coordinator','','named','HonHv99Ff0qlNu1J',1,'','xeWzbMO9I30qwoWd7LgD3d');
INSERT INTO "audit" VALUES(12,'2026-11-22 20:59:44.999121','profil-a','create','ØVELSE-01','coordinator','','next_step','HRi7Rvsr1_K6amuF',1,'','VizhBFIhTopNWAYzfrRKns');
INSERT INTO "audit" VALUES(13,'2026-11-22 20:59:45.015205','profil-a','change','ØVELSE-01','coordinator','','next_step',NULL,2,'','lopdo8ZRQmxSHZj7JTzWWS');
INSERT INTO "audit" VALUES(14,'2026-11-22 20:59:45.030951','profil-a','create','ENHED','decision','1','title','z4nA8Po_fD4abdQU',1,'','wcMCPKCFA2z7kLLa3Gnh_A');
INSERT INTO "audit" VALUES(15,'2026-11-22 20:59:45.080292','profil-a','import','K00012','meeting','2026-06-01',NULL,'OpSIIzF-o9rqbvyF',1,'indlæst','GVEG1BKIRDvaT0qQx9arC3');
CREATE TABLE case_file (
	ref VARCHAR(40) NOT NULL, 
	birthday DATE, 
	unit VARCHAR(80) NOT NULL, 
	coordinator VARCHAR(80) NOT NULL, 
	opened DATE NOT NULL, 
	closed DATE, 
	revision INTEGER NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	salt VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_case_file PRIMARY KEY (ref)
);
INSERT INTO "case_file" VALUES('K00012','2010-03-01','Ungeenheden','profil-k','2026-01-05',NULL,1,'0','743f7a98965a98a99e32dfbc30b4f8f4');
CREATE TABLE record (
	id INTEGER NOT NULL, 
	"case" VARCHAR(40) NOT NULL, 
	form VARCHAR(40) NOT NULL, 
	occasion VARCHAR(40) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	version INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	saved DATETIME NOT NULL, 
	handed_over DATE, 
	salt VARCHAR(32) NOT NULL, 
	answers JSON NOT NULL, 
	CONSTRAINT pk_record PRIMARY KEY (id), 
	CONSTRAINT uq_record UNIQUE ("case", form, occasion)
);
INSERT INTO "record" VALUES(1,'K00012','meeting','2026-05-03','finished',1,3,'2026-11-22 20:59:44.986894','2026-05-04','3971929b7864f09fba71f3f88ec1e597','{"outcome": "held"}');
INSERT INTO "record" VALUES(2,'ØVELSE-01','coordinator','','draft',0,2,'2026-11-22 20:59:45.015205',NULL,'a5913899321bb99934fe33be478e8abf','{"named": "partly"}');
INSERT INTO "record" VALUES(3,'ENHED','decision','1','draft',0,1,'2026-11-22 20:59:45.030951',NULL,'6d366edd2ca84a5f9022bc7336f56e25','{"title": "En til"}');
INSERT INTO "record" VALUES(4,'K00012','meeting','2026-06-01','draft',0,1,'2026-11-22 20:59:45.080292',NULL,'7df189c92a45c5498590e6756f9d99d4','{"outcome": "moved"}');
CREATE TABLE session (
	id VARCHAR(32) NOT NULL, 
	code VARCHAR(8) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	"plan" JSON NOT NULL, 
	groups INTEGER NOT NULL, 
	step VARCHAR(40) NOT NULL, 
	step_started DATETIME, 
	spent JSON NOT NULL, 
	open BOOLEAN NOT NULL, 
	shown JSON NOT NULL, 
	notes JSON NOT NULL, 
	revision INTEGER NOT NULL, 
	activity INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	ends DATETIME NOT NULL, 
	CONSTRAINT pk_session PRIMARY KEY (id), 
	CONSTRAINT uq_session UNIQUE (code)
);
INSERT INTO "session" VALUES('354c58798a33aa2b0a57aa4cf9971168','7FRHN3','Prøve','da','{"id": "two_hours", "title": {"da": "To timer: koordinator, team og samtykke", "en": "Two hours: coordinator, team and consent"}, "minutes": 120, "about": {"da": "For 8\u201325 fagfolk, der m\u00f8der modellen f\u00f8rste gang. De \u00f8ver sig i at v\u00e6lge koordinator og team og i at tage et nej alvorligt. Planen er forslag fra denne h\u00e5ndbog.", "en": "For 8\u201325 professionals who meet the model for the first time. They practise choosing a coordinator and a team and taking a no seriously. The plan is proposed by this handbook."}, "steps": [{"id": "welcome", "kind": "welcome", "minutes": 10, "title": {"da": "Velkommen", "en": "Welcome"}, "about": {"da": "Sig, hvad I skal n\u00e5. Vis koden, og se, at alle er kommet ind og sidder i en gruppe. Sig, at ingen skriver navne, og at andre kun ser svar, som du viser.", "en": "Say what you want to reach. Show the code, and see that everybody is in and sits in a group. Say that nobody writes names, and that others see only the answers you show."}, "chapter": "velkommen", "exercise": ""}, {"id": "talk_coordinator", "kind": "talk", "minutes": 15, "title": {"da": "Den faste koordinator", "en": "The fixed coordinator"}, "about": {"da": "Vis kapitlet p\u00e5 v\u00e6ggen. Sp\u00f8rg: Hvem i rummet er koordinator i virkeligheden og ikke kun i systemet?", "en": "Show the chapter on the wall. Ask: who in the room is coordinator in reality and not only in the system?"}, "chapter": "01_koordinator", "exercise": ""}, {"id": "exercise_team", "kind": "exercise", "minutes": 35, "title": {"da": "\u00d8velse: v\u00e6lg koordinator og team", "en": "Exercise: choose a coordinator and a team"}, "about": {"da": "L\u00e6s fem minutter hver for sig, svar, og sammenlign i gruppen. Vis svarene p\u00e5, hvem der skal sidde ved bordet. Sp\u00f8rg dem, der er uenige, hvad den unge selv siger.", "en": "Read for five minutes alone, answer, and compare in the group. Show the answers on who should sit at the table. Ask those who disagree what the young person says himself."}, "chapter": "02_team", "exercise": "coordinator_and_team"}, {"id": "break_1", "kind": "break", "minutes": 10, "title": {"da": "Pause", "en": "Break"}, "about": {"da": "Uret g\u00e5r. Sig, hvorn\u00e5r I begynder igen.", "en": "The clock runs. Say when you begin again."}, "chapter": "", "exercise": ""}, {"id": "exercise_consent", "kind": "exercise", "minutes": 30, "title": {"da": "\u00d8velse: nej til at dele", "en": "Exercise: no to sharing"}, "about": {"da": "Sp\u00f8rg f\u00f8rst, hvad den unge siger ja til. Vis, hvem grupperne sender referatet til. Slut med det, de kan g\u00f8re uden at vide mere.", "en": "First ask what the young person says yes to. Show to whom the groups send the minutes. End with what they can do without knowing more."}, "chapter": "", "exercise": "consent_refused"}, {"id": "discussion", "kind": "discussion", "minutes": 10, "title": {"da": "Hvad ligner det hos jer?", "en": "What is it like with you?"}, "about": {"da": "Lad dem sige, hvor sagen ligner deres egen kommune. Hold det ved rammerne, ikke ved kolleger.", "en": "Let them say where the case is like their own municipality. Keep to the conditions, not to colleagues."}, "chapter": "", "exercise": ""}, {"id": "closing", "kind": "closing", "minutes": 10, "title": {"da": "N\u00e6ste skridt", "en": "Next steps"}, "about": {"da": "Hver gruppe siger \u00e9n ting, de g\u00f8r i n\u00e6ste uge: hvem, hvad og hvorn\u00e5r. Skriv det ned i roller. Hent arbejdsbogen til dem.", "en": "Each group says one thing that they do next week: who, what and when. Write it down in roles. Download the workbook for them."}, "chapter": "", "exercise": ""}]}',2,'',NULL,'{}','1','[]','[]',1,3,'2026-11-22 20:59:45.157151','2026-11-23 20:59:45.157151');
CREATE TABLE participant (
	session VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	"group" INTEGER NOT NULL, 
	secret VARCHAR(64) NOT NULL, 
	last_seen DATETIME NOT NULL, 
	CONSTRAINT pk_participant PRIMARY KEY (session, number), 
	CONSTRAINT fk_participant_session FOREIGN KEY(session) REFERENCES session (id) ON DELETE CASCADE
);
INSERT INTO "participant" VALUES('354c58798a33aa2b0a57aa4cf9971168',1,1,'557496ce496e696dc31ced32f6b2eee4ac35dec1b6a7f28b3f0fc879635898b0','2026-11-22 20:59:45.214470');
CREATE TABLE setting (
	"key" VARCHAR(40) NOT NULL, 
	value JSON NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('real_cases','true');
INSERT INTO "setting" VALUES('exercise_days','60');
CREATE TABLE sheet (
	session VARCHAR(32) NOT NULL, 
	participant INTEGER NOT NULL, 
	exercise VARCHAR(40) NOT NULL, 
	answers JSON NOT NULL, 
	revision INTEGER NOT NULL, 
	saved DATETIME NOT NULL, 
	CONSTRAINT pk_sheet PRIMARY KEY (session, participant, exercise), 
	CONSTRAINT fk_sheet_session FOREIGN KEY(session, participant) REFERENCES participant (session, number) ON DELETE CASCADE
);
INSERT INTO "sheet" VALUES('354c58798a33aa2b0a57aa4cf9971168',1,'consent_refused','{"teacher": "pause"}',1,'2026-11-22 20:59:46.020632');
CREATE TABLE version (
	record INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	finished_at DATETIME NOT NULL, 
	actor VARCHAR(80) NOT NULL, 
	answers JSON NOT NULL, 
	CONSTRAINT pk_version PRIMARY KEY (record, number), 
	CONSTRAINT fk_version_record FOREIGN KEY(record) REFERENCES record (id) ON DELETE CASCADE
);
INSERT INTO "version" VALUES(1,1,'2026-11-22 20:59:44.957695','profil-a','{"outcome": "held"}');
CREATE INDEX ix_audit_case ON audit ("case");
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        WHEN OLD.id > (SELECT CAST(value AS INTEGER) FROM about WHERE key = 'audit_start')
        BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
