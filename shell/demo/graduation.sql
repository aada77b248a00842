-- The class of 2022 under every documented method: each agency has its own rule, and every rate names it.
-- A row of grad_cohort says why a student has a status; docs/methods.md has the rules.
SELECT method,
       round(100 * rate(in_num, in_den, weight), 1) AS graduation_rate,
       round(100 * rate(status = 'dropout', in_den, weight), 1) AS dropout_rate,
       round(sum(weight) FILTER (WHERE in_den)) AS cohort
FROM grad_cohort(2022, method => '*')
GROUP BY method
ORDER BY method;
