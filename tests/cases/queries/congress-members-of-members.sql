-- input: congress
select terms, count(*) as members from (
    select bioguide_id, count(*) as terms from input where chamber = 'Senate' group by bioguide_id
) as senators where terms >= 15 group by terms
