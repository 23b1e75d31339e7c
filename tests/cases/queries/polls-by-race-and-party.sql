-- input: polls
select type_simple, partisan, count(*) as polls, sum(samplesize) as asked, count(distinct location) as places
from input where year between 2004 and 2012 group by type_simple, partisan
