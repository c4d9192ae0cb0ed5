-- A store as Vejviser wrote it before there were migrations (commit 5c0c10b).
CREATE TABLE about (
	"key" VARCHAR(40) NOT NULL, 
	value VARCHAR(200) NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "about" VALUES('schema','1');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR(40) NOT NULL, 
	action VARCHAR(20) NOT NULL, 
	"case" VARCHAR(40) NOT NULL, 
	form VARCHAR(40) NOT NULL, 
	field VARCHAR(80), 
	value_hash VARCHAR(64), 
	revision INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,'2026-11-22 10:31:10.439073','profil-a','create','ØVELSE-01','coordinator','named','74305022418c3fadaab49716ab89370de122339f7e2ded3c6fdc59a806609eeb',1);
INSERT INTO "audit" VALUES(2,'2026-11-22 10:31:10.439073','profil-a','create','ØVELSE-01','coordinator','note','b7ad1f35a1381e69ef1a7c2082aa4e3084a1f094844d658151573e8a35268b3a',1);
INSERT INTO "audit" VALUES(3,'2026-11-22 10:31:10.441893','profil-a','change','ØVELSE-01','coordinator','named','17bdf629e5fb38f9c81b2be7ebeb502fc78104cf6ee57e62e64c506430aa884e',2);
INSERT INTO "audit" VALUES(4,'2026-11-22 10:31:10.441893','profil-a','change','ØVELSE-01','coordinator','note',NULL,2);
INSERT INTO "audit" VALUES(5,'2026-11-22 10:31:10.444107','profil-a','create','ØVELSE-02','coordinator',NULL,NULL,1);
INSERT INTO "audit" VALUES(6,'2026-11-22 10:31:10.445709','profil-a','create','ØVELSE-03','coordinator','driving_licence','e5778d6bda4dab1559fee84b8937795007ac663063107994f82353d68a3cc95c',1);
INSERT INTO "audit" VALUES(7,'2026-11-22 10:31:10.445709','profil-a','create','ØVELSE-03','coordinator','date','76e7ab2b6068e247ce696e6496ec61963337ee236639cda90abd6eecb0aec2d4',1);
CREATE TABLE record (
	id INTEGER NOT NULL, 
	"case" VARCHAR(40) NOT NULL, 
	form VARCHAR(40) NOT NULL, 
	revision INTEGER NOT NULL, 
	saved DATETIME NOT NULL, 
	salt VARCHAR(32) NOT NULL, 
	answers JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("case", form)
);
INSERT INTO "record" VALUES(1,'ØVELSE-01','coordinator',2,'2026-11-22 10:31:10.441893','36b34579cea1aabcfe2c36044f097bd7','{"named": "partly", "note": null}');
INSERT INTO "record" VALUES(2,'ØVELSE-02','coordinator',1,'2026-11-22 10:31:10.444107','5b7b9b8d80a6827619b9ed3631c4dc45','{}');
INSERT INTO "record" VALUES(3,'ØVELSE-03','coordinator',1,'2026-11-22 10:31:10.445709','329283293dd186d5b026007c674753d0','{"driving_licence": "no", "date": "2026-05-03"}');
CREATE INDEX ix_audit_case ON audit ("case");
