-- input: polls
select pollster, count(*) as polls, avg(error) as error, avg(bias) filter (where partisan is not null) as bias
from input group by pollster having count(*) >= 150
