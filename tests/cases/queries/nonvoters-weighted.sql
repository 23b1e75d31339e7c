-- input: nonvoters
select voter_category, educ, count(*) as people, sum(weight) as weight, avg(ppage) as age, stddev(weight) as deviation
from input group by 1, 2
