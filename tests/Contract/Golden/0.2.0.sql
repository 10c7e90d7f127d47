PRAGMA application_id = 1398893925;
PRAGMA user_version = 3;
CREATE TABLE event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL, sequence INTEGER NOT NULL,
    name TEXT NOT NULL, version INTEGER NOT NULL, fields TEXT NOT NULL,
    hub INTEGER NOT NULL, incarnation INTEGER NOT NULL,
    occurred INTEGER NOT NULL, recorded INTEGER NOT NULL,
    correlation TEXT, causation TEXT,
    UNIQUE (stream, sequence)) STRICT;
CREATE TABLE account (
    user_key TEXT PRIMARY KEY, id TEXT NOT NULL, display_name TEXT NOT NULL, description TEXT NOT NULL,
    password_hash TEXT NOT NULL, home_hub TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE login_name (
    name_key TEXT PRIMARY KEY, user_key TEXT NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL) STRICT;
CREATE INDEX login_name_of_user ON login_name (user_key, ordinal);
CREATE TABLE public_group (group_key TEXT PRIMARY KEY, id TEXT NOT NULL, description TEXT NOT NULL) STRICT;
CREATE TABLE group_member (
    group_key TEXT NOT NULL, ordinal INTEGER NOT NULL, user_key TEXT NOT NULL, user_id TEXT NOT NULL,
    PRIMARY KEY (group_key, ordinal)) STRICT;
CREATE INDEX group_of_member ON group_member (user_key);
CREATE TABLE stored_value (
    user_key TEXT NOT NULL, item_key INTEGER NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (user_key, item_key)) STRICT;
CREATE TABLE privacy_list (user_key TEXT PRIMARY KEY, fields TEXT NOT NULL) STRICT;
CREATE TABLE forwarded (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
INSERT INTO event VALUES (1, 'directory', 1, 'directory.user-added', 1, '{"user":"alice","displayName":"Alice \u00C6r\u00F8sk\u00F8bing","loginNames":["al","A.Example"],"description":"","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$RZ3TYSh5Y8gUxLYDHmG73Q$JUEAxl0YSHvrxZh0e2581dETxaqwyW6GdVm9Q5VdO\u002Bc"}', 1, 0, 639310699051218288, 639310699051230864, NULL, NULL);
INSERT INTO event VALUES (2, 'directory', 2, 'directory.user-added', 1, '{"user":"Bob","displayName":"Bob \u0022B\u0022 Example","loginNames":[],"description":"","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$VTYpGHsal91wI4q2CB9u0A$mjyn0a9AaHCAtO\u002BOsUWMJS0gSp4e674T3jfu/RxOTAg"}', 1, 0, 639310699065352854, 639310699065363979, NULL, NULL);
INSERT INTO event VALUES (3, 'directory', 3, 'directory.user-home-set', 1, '{"user":"Bob","homeHub":"north"}', 1, 0, 639310699069001249, 639310699069002958, NULL, NULL);
INSERT INTO event VALUES (4, 'directory', 4, 'directory.user-added', 1, '{"user":"carol","displayName":"\u010Carol \u6F22\u5B57","loginNames":[],"description":"","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$lLU7eQB8wtaFUimuLQIuNQ$yMjwaxpWfql8crqMlrvE4o2c8nVLIOq5kAJoSm7zHMo"}', 1, 0, 639310699078896733, 639310699078906843, NULL, NULL);
INSERT INTO event VALUES (5, 'directory', 5, 'directory.user-added', 1, '{"user":"dora","displayName":"dora","loginNames":[],"description":"","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$a6YFqZ59/xIasfl4rpmpng$E6QjU1R2ZRehcnlVozp\u002B7SlrNmfqlXjOWIJrGmZl83E"}', 1, 0, 639310699091363447, 639310699091378147, NULL, NULL);
INSERT INTO event VALUES (6, 'directory', 6, 'directory.group-saved', 1, '{"group":"staff","description":"","members":["alice","Bob","dora"]}', 1, 0, 639310699098778282, 639310699098789758, NULL, NULL);
INSERT INTO event VALUES (7, 'directory', 7, 'directory.group-saved', 1, '{"group":"board","description":"","members":["carol"]}', 1, 0, 639310699107671017, 639310699107716739, NULL, NULL);
INSERT INTO event VALUES (8, 'directory', 8, 'directory.user-password-changed', 1, '{"user":"carol","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$snBwTku8sYldrsbUx8WzYw$sWr1GU4Z0VHhCW0tgzsr7DRR4GQ8j0ibJ3fDRTlreLw"}', 1, 0, 639310699120184487, 639310699120210862, NULL, NULL);
INSERT INTO event VALUES (9, 'directory', 9, 'directory.user-home-set', 1, '{"user":"Bob","homeHub":""}', 1, 0, 639310699127428284, 639310699127453523, NULL, NULL);
INSERT INTO event VALUES (10, 'directory', 10, 'directory.user-home-set', 1, '{"user":"carol","homeHub":"south"}', 1, 0, 639310699135820053, 639310699135830920, NULL, NULL);
INSERT INTO event VALUES (11, 'user-ALICE', 1, 'storage.item-saved', 1, '{"user":"alice","key":0,"value":"VmVyc2lvbj0zLjEuMwpHIFBlb3BsZTIgUGVvcGxlIE8KVSBib2IxOjogQm9iLAo="}', 1, 1, 639310699173490833, 639310699173504417, NULL, NULL);
INSERT INTO event VALUES (12, 'user-ALICE', 2, 'storage.item-saved', 1, '{"user":"alice","key":80,"value":"AAEC/v8="}', 1, 1, 639310699174172723, 639310699174173344, NULL, NULL);
INSERT INTO event VALUES (13, 'user-ALICE', 3, 'storage.item-saved', 1, '{"user":"alice","key":0,"value":"VmVyc2lvbj0zLjEuMwpHIEZyaWVuZHMyIEZyaWVuZHMgTwpVIEJvYjE6OiBCb2IsClUgY2Fyb2wxOjogQ2Fyb2wsCg=="}', 1, 1, 639310699174250270, 639310699174250380, NULL, NULL);
INSERT INTO event VALUES (14, 'user-ALICE', 4, 'storage.item-saved', 1, '{"user":"alice","key":27191,"value":""}', 1, 1, 639310699174328420, 639310699174328524, NULL, NULL);
INSERT INTO event VALUES (15, 'user-ALICE', 5, 'storage.privacy-list-saved', 1, '{"user":"alice","deny":true,"listed":[{"user":"dora","community":"","name":"Dora"}]}', 1, 1, 639310699174557969, 639310699174559180, NULL, NULL);
INSERT INTO event VALUES (16, 'user-DORA', 1, 'storage.item-saved', 1, '{"user":"dora","key":7,"value":"Z29uZSB3aXRoIG1l"}', 1, 1, 639310699179318668, 639310699179318966, NULL, NULL);
INSERT INTO event VALUES (17, 'directory', 11, 'directory.user-removed', 1, '{"user":"dora"}', 1, 0, 639310699188077409, 639310699188087880, NULL, NULL);
INSERT INTO account VALUES ('ALICE', 'alice', 'Alice Ærøskøbing', '', '$argon2id$v=19$m=19456,t=2,p=1$RZ3TYSh5Y8gUxLYDHmG73Q$JUEAxl0YSHvrxZh0e2581dETxaqwyW6GdVm9Q5VdO+c', '');
INSERT INTO account VALUES ('BOB', 'Bob', 'Bob "B" Example', '', '$argon2id$v=19$m=19456,t=2,p=1$VTYpGHsal91wI4q2CB9u0A$mjyn0a9AaHCAtO+OsUWMJS0gSp4e674T3jfu/RxOTAg', '');
INSERT INTO account VALUES ('CAROL', 'carol', 'Čarol 漢字', '', '$argon2id$v=19$m=19456,t=2,p=1$snBwTku8sYldrsbUx8WzYw$sWr1GU4Z0VHhCW0tgzsr7DRR4GQ8j0ibJ3fDRTlreLw', 'south');
INSERT INTO login_name VALUES ('AL', 'ALICE', 0, 'al');
INSERT INTO login_name VALUES ('A.EXAMPLE', 'ALICE', 1, 'A.Example');
INSERT INTO public_group VALUES ('STAFF', 'staff', '');
INSERT INTO public_group VALUES ('BOARD', 'board', '');
INSERT INTO group_member VALUES ('STAFF', 0, 'ALICE', 'alice');
INSERT INTO group_member VALUES ('STAFF', 1, 'BOB', 'Bob');
INSERT INTO group_member VALUES ('BOARD', 0, 'CAROL', 'carol');
INSERT INTO stored_value VALUES ('ALICE', 80, x'000102feff');
INSERT INTO stored_value VALUES ('ALICE', 0, x'56657273696f6e3d332e312e330a4720467269656e64733220467269656e6473204f0a5520426f62313a3a20426f622c0a55206361726f6c313a3a204361726f6c2c0a');
INSERT INTO stored_value VALUES ('ALICE', 27191, x'');
INSERT INTO privacy_list VALUES ('ALICE', '{"user":"alice","deny":true,"listed":[{"user":"dora","community":"","name":"Dora"}]}');
INSERT INTO forwarded VALUES ('plane', 16);
