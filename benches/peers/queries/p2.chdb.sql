select countIf(kept[1] = 1) as ninth_graders, countIf(kept[2] = 1) as after_one, countIf(kept[3] = 1) as after_two,
       countIf(kept[4] = 1) as after_three, countIf(kept[5] = 1) as after_four, countIf(kept[6] = 1) as after_five
from (select person_id, retention(school_year = 2016 and grade = '09', school_year = 2017, school_year = 2018,
                                  school_year = 2019, school_year = 2020, school_year = 2021) as kept
      from k12_enrollment
      where school_year between 2016 and 2021
      group by person_id) as person
