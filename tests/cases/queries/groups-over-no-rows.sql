-- input: orders
select status, count(*) as n from input where status = 'lost' group by status
