-- input: tweets
select count(*) as tweets, count(*) filter (where text like '%😂%') as laughing, count(*) filter (where text ilike '%ñ%') as spanish,
       sum(length(text)) as letters, max(length(text)) as longest, min(id) as first, bool_or(retweeted) as any_retweeted
from input
