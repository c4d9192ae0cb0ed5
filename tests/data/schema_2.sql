-- A store as Vejviser wrote it before trainers' sessions were kept (commit c55e7b5).
CREATE TABLE about (
	"key" VARCHAR(40) NOT NULL, 
	value VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_about PRIMARY KEY ("key")
);
INSERT INTO "about" VALUES('schema','2');
INSERT INTO "about" VALUES('audit_start','0:');
INSERT INTO "about" VALUES('audit_head','14:1182afd45dc6519b2e510a8f6277992ea35260ee445c77c150d202c8d712eb6e');
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
INSERT INTO "audit" VALUES(1,'2026-11-22 13:41:15.707488','profil-a','create','ØVELSE-01','coordinator','','named','ccba1017b43f1c4ac88dcadc458d3d9b07edbbe861bf9cee2ce3906ec9b23679',1,'','36ce4926094a3eebf1bd462ad37b29dc4bb89c3cda4df243785e67e9440d8e39');
INSERT INTO "audit" VALUES(2,'2026-11-22 13:41:15.707488','profil-a','create','ØVELSE-01','coordinator','','next_step','506028fc338bf88383028d362180b31a440ae41e9e3ed1540ef3cd8a82b755c2',1,'','91ec16a5983a681bea2e72b8149c8b07824d250b6f08f5eaf420c8777f2d92f8');
INSERT INTO "audit" VALUES(3,'2026-11-22 13:41:15.713663','profil-a','change','ØVELSE-01','coordinator','','named','4975e4078db551c94e989aabd6a5bcab7bef34c433788d68ce38619e8d818335',2,'','bdfa36af122a3fdbf7c3cd60749c2d7ddecb7c6fe4b566c227dee0f2602edd47');
INSERT INTO "audit" VALUES(4,'2026-11-22 13:41:15.713663','profil-a','change','ØVELSE-01','coordinator','','next_step',NULL,2,'','d01a5f3cb59036f85686d7436cdb8a0bafaaf2a3ca75642318f7142d835c8865');
INSERT INTO "audit" VALUES(5,'2026-11-22 13:41:15.718307','profil-a','create','ØVELSE-02','meeting','2026-05-03','outcome','5f2eede337109b0e76867ae05dd06f3daf9f601ca5691970d3f87e5553e6196e',1,'','7664fe75e02971c1677912fe25bd972ef5cd889080877ecae590745a8bd37ea2');
INSERT INTO "audit" VALUES(6,'2026-11-22 13:41:15.722580','profil-a','finish','ØVELSE-02','meeting','2026-05-03',NULL,NULL,2,'','8824ea5a3b86e26e1e699e7138fc6bc15acb0b4685488531a04d25ba9f5e1363');
INSERT INTO "audit" VALUES(7,'2026-11-22 13:41:15.727547','profil-a','reopen','ØVELSE-02','meeting','2026-05-03',NULL,NULL,3,'','0ad1ce7c84e4438686c4a8549a30e69faf0d3434236f54e5ad7127697b264696');
INSERT INTO "audit" VALUES(8,'2026-11-22 13:41:15.732804','profil-a','setting','','','','real_cases',NULL,0,'True','fc33b4f616e85cd725652a25ace6365ca66715b23940a4e452438c59ab96a4d9');
INSERT INTO "audit" VALUES(9,'2026-11-22 13:41:15.733451','profil-a','setting','','','','exercise_days',NULL,0,'60','42b2119826a40c57fb1a263590dd0b02ee2513005e821123fe3c8f63cbfefbdc');
INSERT INTO "audit" VALUES(10,'2026-11-22 13:41:15.738468','profil-a','create','K00012','','','ref','d9b369d25ea508a4097eb47246807f50673a28c8da049f256ccbeee5084a248f',1,'','40cd3e8ebd6301dc891e6c31c6e79f81b532db0c60b4075308a3ac091a376a80');
INSERT INTO "audit" VALUES(11,'2026-11-22 13:41:15.738468','profil-a','create','K00012','','','birthday','e7daf6ff1104bc15230e014d71a88adf32d30317c757cffb7800868f7f9013d9',1,'','2a55ad79198eff0b4c7ebc073ecd334b898176f3140b4b100337526010aef79b');
INSERT INTO "audit" VALUES(12,'2026-11-22 13:41:15.738468','profil-a','create','K00012','','','unit','8f9687901b00ebbfbf3c6309d0791e180139b88a7fca60fa580c7ab267b9f343',1,'','dee0b5356079f41dafdc7cb4ab9f1a30c714a31e456cb4b1b4723c31651f46a8');
INSERT INTO "audit" VALUES(13,'2026-11-22 13:41:15.738468','profil-a','create','K00012','','','coordinator','fd74b62194c39ce2e6f1e3f3859ded59a920e63d26785c2ade834fa64b0e46ee',1,'','d4255d4954a8e087c210505fbcada1bf29a950fc9f3c8ad9f1327df4c0245526');
INSERT INTO "audit" VALUES(14,'2026-11-22 13:41:15.738468','profil-a','create','K00012','','','opened','73815d7a27ff468ee5526cce0b723c9cabc745547fb4f23a790638eb09cf67fe',1,'','1182afd45dc6519b2e510a8f6277992ea35260ee445c77c150d202c8d712eb6e');
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
INSERT INTO "case_file" VALUES('K00012','2009-05-03','Ungeenheden','profil-a','2026-01-02',NULL,1,'0','d7fad6ca395144cc8ff99642d51f18b2');
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
INSERT INTO "record" VALUES(1,'ØVELSE-01','coordinator','','draft',0,2,'2026-11-22 13:41:15.713663',NULL,'082345efda8ec65d99bcbcdb66c47795','{"named": "partly", "next_step": null}');
INSERT INTO "record" VALUES(2,'ØVELSE-02','meeting','2026-05-03','draft',1,3,'2026-11-22 13:41:15.727547',NULL,'389154b4bc37dec385059d2f50466fa1','{"outcome": "held"}');
CREATE TABLE setting (
	"key" VARCHAR(40) NOT NULL, 
	value JSON NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('real_cases','true');
INSERT INTO "setting" VALUES('exercise_days','60');
CREATE TABLE version (
	record INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	finished_at DATETIME NOT NULL, 
	actor VARCHAR(80) NOT NULL, 
	answers JSON NOT NULL, 
	CONSTRAINT pk_version PRIMARY KEY (record, number), 
	CONSTRAINT fk_version_record FOREIGN KEY(record) REFERENCES record (id) ON DELETE CASCADE
);
INSERT INTO "version" VALUES(2,1,'2026-11-22 13:41:15.722580','profil-a','{"outcome": "held"}');
CREATE INDEX ix_audit_case ON audit ("case");
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        WHEN OLD.id > (SELECT CAST(value AS INTEGER) FROM about WHERE key = 'audit_start')
        BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
