//! Files of agencies that hold the number in their identifier columns, or where something else belongs.

use super::FORMS;

/// An agency's file: layout, table, header, a row with `{id}` in its identifier columns, and a column to spoil.
pub(super) struct Extract {
    pub(super) layout: &'static str,
    pub(super) table: &'static str,
    pub(super) header: &'static str,
    pub(super) row: &'static str,
    pub(super) spoilt: &'static str,
}

/// Files of the first agencies.
pub(super) const EXTRACTS: [Extract; 10] = [
    Extract {
        layout: "ms_mde_enrollment",
        table: "k12_enrollment",
        header: "MSIS_ID,DISTRICT,SCHOOL,SCHOOL_YEAR,GRADE,ENTRY_DATE,ENTRY_CODE,EXIT_DATE,EXIT_CODE,EXIT_DOC,SEX,RACE,HISPANIC,BIRTH_DATE,ECON_DIS,EL,IDEA,MIGRANT",
        row: "{id},0100,036,2020,12,08/05/2019,E1,05/19/2020,C1,,F,M,N,09/23/1999,Y,N,N,N",
        spoilt: "ENTRY_DATE",
    },
    Extract {
        layout: "ms_mde_diploma",
        table: "diploma",
        header: "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE",
        row: "{id},0100,036,05/19/2020,00806",
        spoilt: "AWARD_DATE",
    },
    Extract {
        layout: "ms_mde_link",
        table: "person_xwalk",
        header: "MSIS_ID,SSN",
        row: "{id},{id}",
        spoilt: "",
    },
    Extract {
        layout: "ms_mccb_enrollment",
        table: "postsec_enrollment",
        header: "STUDENT_ID,UNITID,TERM,TERM_START,TERM_END,LEVEL,FULL_TIME,DUAL,CIP,CREDITS",
        row: "{id},900123,FA,2019-08-16,2019-12-06,2,N,N,51.0000,6.00",
        spoilt: "LEVEL",
    },
    Extract {
        layout: "ms_mccb_award",
        table: "postsec_award",
        header: "STUDENT_ID,UNITID,AWARD_DATE,AWARD_LEVEL,CIP",
        row: "{id},900123,2020-07-24,2,09.0101",
        spoilt: "AWARD_DATE",
    },
    Extract {
        layout: "ms_mccb_link",
        table: "person_xwalk",
        header: "STUDENT_ID,SSN",
        row: "{id},{id}",
        spoilt: "",
    },
    Extract {
        layout: "ms_ihl_enrollment",
        table: "postsec_enrollment",
        header: "STUDENT_ID,UNITID,TERM,TERM_START,TERM_END,LEVEL,FULL_TIME,DUAL,CIP,CREDITS",
        row: "{id},900124,FA,2019-08-16,2019-12-06,4,N,N,51.0000,6.00",
        spoilt: "FULL_TIME",
    },
    Extract {
        layout: "ms_ihl_award",
        table: "postsec_award",
        header: "STUDENT_ID,UNITID,AWARD_DATE,AWARD_LEVEL,CIP",
        row: "{id},900124,2020-07-24,5,09.0101",
        spoilt: "AWARD_DATE",
    },
    Extract {
        layout: "ms_ihl_link",
        table: "person_xwalk",
        header: "STUDENT_ID,SSN",
        row: "{id},{id}",
        spoilt: "",
    },
    Extract {
        layout: "ms_mdes_wage",
        table: "ui_wage",
        header: "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES",
        row: "{id},1551202349,00000,2020,1,11154.38",
        spoilt: "WAGES",
    },
];

impl Extract {
    /// A file in which every row but one is good; the rows differ in their identifier only.
    pub(super) fn good(&self) -> String {
        self.file(FORMS.iter().map(|form| self.row.replace("{id}", form)))
    }

    /// A file whose rows have the number where something else belongs.
    pub(super) fn bad(&self) -> String {
        let spoilt = self.header.split(',').position(|name| name == self.spoilt);
        let rows = FORMS.iter().map(|form| {
            let row = self.row.replace("{id}", form);
            let fields = row.split(',').enumerate();
            let spoil = |(at, field)| if Some(at) == spoilt { *form } else { field };
            let row = fields.map(spoil).collect::<Vec<_>>().join(",");
            // A link has no other column: its rows are ragged instead.
            if spoilt.is_none() { row + "," + form } else { row }
        });
        self.file(rows)
    }

    fn file(&self, rows: impl Iterator<Item = String>) -> String {
        std::iter::once(self.header.to_owned()).chain(rows).collect::<Vec<_>>().join("\n") + "\n"
    }
}
