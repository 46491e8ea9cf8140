-- What somebody does who has the file: the last entry of the log is gone.
delete from audit_log where entry = (select max(entry) from audit_log)
