-- input: castles
select count(*) as plans, avg("Castle 10") as tenth, stddev("Castle 9") as ninth, max("Castle 1") as first,
       count("Why did you choose your troop deployment?") as reasons
from input
