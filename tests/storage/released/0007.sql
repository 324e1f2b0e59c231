BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE artworks (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	member_id BIGINT NOT NULL, 
	guild_id BIGINT, 
	private BOOLEAN NOT NULL, 
	blob VARCHAR, 
	thumbnail VARCHAR, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	media_type VARCHAR NOT NULL, 
	recipe JSON NOT NULL, 
	score FLOAT, 
	alt VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	kept_at BIGINT, 
	deleted_at BIGINT, 
	hidden_at BIGINT, moving VARCHAR CONSTRAINT fk_artworks_moving REFERENCES blobs (sha256), frames JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT fk_artworks_blob FOREIGN KEY(blob) REFERENCES blobs (sha256), 
	CONSTRAINT fk_artworks_job_id FOREIGN KEY(job_id) REFERENCES jobs (id), 
	CONSTRAINT fk_artworks_thumbnail FOREIGN KEY(thumbnail) REFERENCES blobs (sha256), 
	CONSTRAINT uq_artworks_job_id_position UNIQUE (job_id, position)
);
INSERT INTO "artworks" VALUES(1,1,0,1,10,0,'aa','aa',8,8,'image/png','{"model": "mini", "model_hash": "abc", "prompt": "a fox"}',0.5,'a fox',1795262400000000,1795262400000000,NULL,NULL,'aa','[{"weights": [1.0, 0.0]}]');
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	guild_id BIGINT, 
	actor_id BIGINT NOT NULL, 
	verb VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	detail VARCHAR NOT NULL, 
	at BIGINT NOT NULL
);
INSERT INTO "audit" VALUES(1,10,9,'hide','artwork 1','',1795262400000000);
CREATE TABLE bans (
	member_id BIGINT NOT NULL, 
	guild_id BIGINT NOT NULL, 
	reason VARCHAR NOT NULL, 
	by_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_bans PRIMARY KEY (member_id, guild_id)
);
INSERT INTO "bans" VALUES(3,10,'',9,1795262400000000);
CREATE TABLE blobs (
	sha256 VARCHAR NOT NULL, 
	bytes INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_blobs PRIMARY KEY (sha256)
);
INSERT INTO "blobs" VALUES('aa',100,1795262400000000);
CREATE TABLE candidates (
	job_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	score FLOAT, 
	scorer VARCHAR, 
	position INTEGER, 
	artwork_id INTEGER, 
	model VARCHAR NOT NULL, 
	model_hash VARCHAR NOT NULL, 
	CONSTRAINT pk_candidates PRIMARY KEY (job_id, number), 
	CONSTRAINT fk_candidates_artwork_id FOREIGN KEY(artwork_id) REFERENCES artworks (id), 
	CONSTRAINT fk_candidates_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);
INSERT INTO "candidates" VALUES(1,0,0.5,'test 1',0,1,'mini','abc');
CREATE TABLE drafts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	member_id BIGINT NOT NULL, 
	private BOOLEAN NOT NULL, 
	wishes JSON NOT NULL, 
	created_at BIGINT NOT NULL
);
INSERT INTO "drafts" VALUES(1,1,0,'[{"prompt": "a newt"}]',1795262400000000);
CREATE TABLE events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR NOT NULL, 
	member_id BIGINT NOT NULL, 
	artwork_id INTEGER, 
	job_id INTEGER NOT NULL, 
	guild_id BIGINT, 
	position INTEGER, 
	model VARCHAR NOT NULL, 
	model_hash VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT fk_events_artwork_id FOREIGN KEY(artwork_id) REFERENCES artworks (id), 
	CONSTRAINT fk_events_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);
INSERT INTO "events" VALUES(1,'keep',2,1,1,10,0,'mini','abc',1795262400000000);
CREATE TABLE guilds (
	id BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	settings JSON NOT NULL, 
	joined_at BIGINT NOT NULL, 
	left_at BIGINT, 
	CONSTRAINT pk_guilds PRIMARY KEY (id)
);
INSERT INTO "guilds" VALUES(10,'','{"quota": 5, "words": ["rude"]}',1795262400000000,NULL);
CREATE TABLE jobs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	interaction_id BIGINT NOT NULL, 
	member_id BIGINT NOT NULL, 
	guild_id BIGINT, 
	channel_id BIGINT, 
	message_id BIGINT, 
	application_id BIGINT NOT NULL, 
	token VARCHAR, 
	context VARCHAR NOT NULL, 
	user_install BOOLEAN NOT NULL, 
	private BOOLEAN NOT NULL, 
	locale VARCHAR NOT NULL, 
	filesize_limit INTEGER NOT NULL, 
	received_at BIGINT NOT NULL, 
	prompt VARCHAR NOT NULL, 
	negative VARCHAR, 
	style VARCHAR, 
	size VARCHAR, 
	count INTEGER NOT NULL, 
	seed BIGINT NOT NULL, 
	model VARCHAR, 
	palette VARCHAR, 
	mode VARCHAR NOT NULL, 
	parents JSON NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	alone BOOLEAN DEFAULT '0' NOT NULL, 
	turn INTEGER NOT NULL, 
	work FLOAT NOT NULL, 
	leased_by VARCHAR, 
	lease_until BIGINT, 
	created_at BIGINT NOT NULL, 
	started_at BIGINT, 
	finished_at BIGINT, 
	error_key VARCHAR, 
	error_values JSON DEFAULT '{}' NOT NULL, 
	notices JSON DEFAULT '[]' NOT NULL, own_style JSON, direct_channel_id BIGINT, direct_message_id BIGINT, change JSON, 
	CONSTRAINT ck_jobs_ck_jobs_state CHECK (state IN ('queued', 'leased', 'running', 'done', 'failed', 'cancelled')), 
	CONSTRAINT uq_jobs_interaction_id UNIQUE (interaction_id)
);
INSERT INTO "jobs" VALUES(1,1,1,10,20,NULL,30,'secret','guild',0,0,'en-GB',10000000,1795262400000000,'a fox in a meadow',NULL,'Moss',NULL,1,7,NULL,NULL,'imagine','[]','done',0,0,0,10.0,NULL,NULL,1795262400000000,NULL,1795262400000000,NULL,'{}','[]','{"name": "Moss", "prompt": "{prompt}, moss", "negative": ""}',NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(2,2,2,10,20,NULL,30,'secret','guild',0,0,'en-GB',10000000,1795262400000000,'一只猫头鹰',NULL,NULL,NULL,1,7,NULL,NULL,'edit','[]','queued',0,0,0,10.0,NULL,NULL,1795262400000000,NULL,NULL,NULL,'{}','[]',NULL,NULL,NULL,'{"upload": 1, "find": "the fox"}');
CREATE TABLE keeps (
	artwork_id INTEGER NOT NULL, 
	member_id BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_keeps PRIMARY KEY (artwork_id, member_id), 
	CONSTRAINT fk_keeps_artwork_id FOREIGN KEY(artwork_id) REFERENCES artworks (id)
);
INSERT INTO "keeps" VALUES(1,2,1795262400000000);
CREATE TABLE lineage (
	child_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	parent_id INTEGER NOT NULL, 
	CONSTRAINT pk_lineage PRIMARY KEY (child_id, position), 
	CONSTRAINT fk_lineage_child_id FOREIGN KEY(child_id) REFERENCES artworks (id), 
	CONSTRAINT fk_lineage_parent_id FOREIGN KEY(parent_id) REFERENCES artworks (id)
);
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job_id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	new_message BOOLEAN NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	sending BOOLEAN DEFAULT '0' NOT NULL, 
	due_at BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	settled_at BIGINT, 
	outcome VARCHAR, 
	CONSTRAINT fk_outbox_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);
INSERT INTO "outbox" VALUES(1,1,'done',1,0,0,1795262400000000,1795262400000000,NULL,NULL);
CREATE TABLE people (
	id BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	settings JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (id)
);
INSERT INTO "people" VALUES(1,'Ann','{"style": "ink"}',1795262400000000);
CREATE TABLE queue_counts (
	turn INTEGER NOT NULL, 
	block INTEGER NOT NULL, 
	jobs INTEGER NOT NULL, 
	work FLOAT NOT NULL, 
	CONSTRAINT pk_queue_counts PRIMARY KEY (turn, block)
)
 WITHOUT ROWID

;
INSERT INTO "queue_counts" VALUES(0,0,1,10.0);
CREATE TABLE reports (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	artwork_id INTEGER NOT NULL, 
	job_id INTEGER NOT NULL, 
	guild_id BIGINT, 
	member_id BIGINT NOT NULL, 
	reason VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, channel_id BIGINT, message_id BIGINT, stale BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT fk_reports_artwork_id FOREIGN KEY(artwork_id) REFERENCES artworks (id), 
	CONSTRAINT fk_reports_job_id FOREIGN KEY(job_id) REFERENCES jobs (id), 
	CONSTRAINT uq_reports_artwork_id_member_id UNIQUE (artwork_id, member_id)
);
INSERT INTO "reports" VALUES(1,1,1,10,2,'rude','open',1795262400000000,NULL,NULL,0);
CREATE TABLE rosters (
	draft_id INTEGER NOT NULL, 
	member_id BIGINT NOT NULL, 
	guild_id BIGINT, 
	application_id BIGINT NOT NULL, 
	token VARCHAR NOT NULL, 
	private BOOLEAN NOT NULL, 
	locale VARCHAR NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	received_at BIGINT NOT NULL, 
	CONSTRAINT pk_rosters PRIMARY KEY (draft_id)
);
INSERT INTO "rosters" VALUES(1,1,10,30,'token',0,'en-GB',-4100,-4097,1795262400000000);
CREATE TABLE style_pictures (
	style_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	blob VARCHAR NOT NULL, 
	CONSTRAINT pk_style_pictures PRIMARY KEY (style_id, position), 
	CONSTRAINT fk_style_pictures_style_id FOREIGN KEY(style_id) REFERENCES styles (id), 
	CONSTRAINT fk_style_pictures_blob FOREIGN KEY(blob) REFERENCES blobs (sha256)
);
INSERT INTO "style_pictures" VALUES(1,0,'aa');
CREATE TABLE styles (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	guild_id BIGINT NOT NULL, 
	"key" VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	prompt VARCHAR NOT NULL, 
	negative VARCHAR NOT NULL, 
	member_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT uq_styles_guild_id_key UNIQUE (guild_id, "key")
);
INSERT INTO "styles" VALUES(1,10,'moss','Moss','{prompt}, moss','',1,1795262400000000);
CREATE TABLE uploads (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	member_id BIGINT NOT NULL, 
	blob VARCHAR NOT NULL, 
	thumbnail VARCHAR NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT fk_uploads_blob FOREIGN KEY(blob) REFERENCES blobs (sha256), 
	CONSTRAINT fk_uploads_thumbnail FOREIGN KEY(thumbnail) REFERENCES blobs (sha256)
);
INSERT INTO "uploads" VALUES(1,1,'aa','aa',8,8,1795262400000000);
CREATE TABLE word_lists (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	guild_id BIGINT NOT NULL, 
	"key" VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	entries JSON NOT NULL, 
	member_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT uq_word_lists_guild_id_key UNIQUE (guild_id, "key")
);
INSERT INTO "word_lists" VALUES(1,10,'pet','pet','["newt"]',1,1795262400000000);
CREATE INDEX ix_audit_actor_id ON audit (actor_id);
CREATE INDEX ix_audit_guild_id ON audit (guild_id);
CREATE INDEX ix_bans_guild_id ON bans (guild_id);
CREATE INDEX ix_jobs_active ON jobs (turn) WHERE state IN ('leased', 'running');
CREATE INDEX ix_jobs_created_at ON jobs (created_at);
CREATE INDEX ix_jobs_guild_id ON jobs (guild_id);
CREATE INDEX ix_jobs_member_id_created_at ON jobs (member_id, created_at);
CREATE INDEX ix_jobs_pending ON jobs (member_id, turn, count) WHERE state IN ('queued', 'leased', 'running');
CREATE INDEX ix_jobs_pending_guild ON jobs (guild_id) WHERE state IN ('queued', 'leased', 'running');
CREATE INDEX ix_jobs_queue ON jobs (turn, id, work) WHERE state = 'queued';
CREATE INDEX ix_jobs_token ON jobs (received_at) WHERE token IS NOT NULL;
CREATE INDEX ix_artworks_blob ON artworks (blob);
CREATE INDEX ix_artworks_guild_id ON artworks (guild_id, id);
CREATE INDEX ix_artworks_loose ON artworks (created_at) WHERE kept_at IS NULL AND blob IS NOT NULL;
CREATE INDEX ix_artworks_member_id ON artworks (member_id, id);
CREATE INDEX ix_artworks_thumbnail ON artworks (thumbnail);
CREATE INDEX ix_outbox_due ON outbox (due_at, id) WHERE settled_at IS NULL;
CREATE INDEX ix_outbox_job_id ON outbox (job_id);
CREATE INDEX ix_candidates_artwork_id ON candidates (artwork_id);
CREATE INDEX ix_events_artwork_id ON events (artwork_id);
CREATE INDEX ix_events_guild_id ON events (guild_id);
CREATE INDEX ix_events_job_id ON events (job_id);
CREATE INDEX ix_events_member_id ON events (member_id);
CREATE INDEX ix_keeps_member_id ON keeps (member_id);
CREATE INDEX ix_lineage_parent_id ON lineage (parent_id);
CREATE INDEX ix_reports_guild_id ON reports (guild_id);
CREATE INDEX ix_reports_job_id ON reports (job_id);
CREATE INDEX ix_reports_member_id ON reports (member_id);
CREATE TRIGGER jobs_queued AFTER INSERT ON jobs WHEN new.state = 'queued' BEGIN 
    INSERT INTO queue_counts (turn, block, jobs, work) VALUES (new.turn, new.id / 256, 1, new.work)
    ON CONFLICT (turn, block) DO UPDATE SET jobs = jobs + 1, work = work + excluded.work;
 END;
CREATE TRIGGER jobs_forgotten AFTER DELETE ON jobs WHEN old.state = 'queued' BEGIN 
    UPDATE queue_counts SET jobs = jobs - 1, work = work - old.work WHERE turn = old.turn AND block = old.id / 256;
    DELETE FROM queue_counts WHERE turn = old.turn AND block = old.id / 256 AND jobs = 0;
 END;
CREATE TRIGGER jobs_left AFTER UPDATE OF state, turn, work ON jobs WHEN old.state = 'queued' BEGIN 
    UPDATE queue_counts SET jobs = jobs - 1, work = work - old.work WHERE turn = old.turn AND block = old.id / 256;
    DELETE FROM queue_counts WHERE turn = old.turn AND block = old.id / 256 AND jobs = 0;
 END;
CREATE TRIGGER jobs_came AFTER UPDATE OF state, turn, work ON jobs WHEN new.state = 'queued' BEGIN 
    INSERT INTO queue_counts (turn, block, jobs, work) VALUES (new.turn, new.id / 256, 1, new.work)
    ON CONFLICT (turn, block) DO UPDATE SET jobs = jobs + 1, work = work + excluded.work;
 END;
CREATE INDEX ix_styles_member_id ON styles (member_id);
CREATE INDEX ix_word_lists_member_id ON word_lists (member_id);
CREATE INDEX ix_drafts_created_at ON drafts (created_at);
CREATE INDEX ix_drafts_member_id ON drafts (member_id);
CREATE INDEX ix_reports_stale ON reports (id) WHERE stale;
CREATE INDEX ix_uploads_member_id ON uploads (member_id);
CREATE INDEX ix_uploads_blob ON uploads (blob);
CREATE INDEX ix_uploads_thumbnail ON uploads (thumbnail);
CREATE INDEX ix_uploads_created_at ON uploads (created_at);
CREATE INDEX ix_rosters_member_id ON rosters (member_id);
CREATE INDEX ix_rosters_received_at ON rosters (received_at);
CREATE INDEX ix_style_pictures_blob ON style_pictures (blob);
CREATE INDEX ix_artworks_moving ON artworks (moving);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',2);
INSERT INTO "sqlite_sequence" VALUES('outbox',1);
INSERT INTO "sqlite_sequence" VALUES('artworks',1);
INSERT INTO "sqlite_sequence" VALUES('events',1);
INSERT INTO "sqlite_sequence" VALUES('reports',1);
INSERT INTO "sqlite_sequence" VALUES('audit',1);
INSERT INTO "sqlite_sequence" VALUES('styles',1);
INSERT INTO "sqlite_sequence" VALUES('word_lists',1);
INSERT INTO "sqlite_sequence" VALUES('drafts',1);
INSERT INTO "sqlite_sequence" VALUES('uploads',1);
COMMIT;
