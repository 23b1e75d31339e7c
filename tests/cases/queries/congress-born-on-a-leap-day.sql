-- input: congress
select birthday, count(*) as seats, count(distinct bioguide_id) as members,
       string_agg(congress::text, ' ' order by congress, bioguide_id) filter (where chamber = 'Senate') as congresses
from input where extract(month from birthday) = 2 and extract(day from birthday) = 29 group by birthday
