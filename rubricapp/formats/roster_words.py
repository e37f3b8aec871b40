"""What offices call the columns of a roster, by language and field."""

from __future__ import annotations

FIELDS = (
    *("id", "given_name", "family_name", "name", "email", "country", "department", "joined_on", "pronouns"),
    "languages",
)
"""What a roster can say of a person. name: the whole name in one column."""

# By language, then field: headings as people write them. A heading matches whatever its case, accents, spaces and
# signs. After "/" stand weak words, which count only where no other column has a better one. "bare" words mean the
# whole name when alone, and one half of it beside a column for the other half (Nom + Prénom, Nombre + Apellidos).
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "id": "id, participant id, person id, student id, user id, personal id, id code, code, participant code, "
        "identifier, sourcedid, reference, ref, participant number, participant no, registration number, reg no, "
        "candidate number, personal number / no, nr, num, number, #, s no, sl no, serial no",
        "given_name": "given name, given names, first name, first names, forename, forenames, given, first, fname",
        "family_name": "family name, family names, last name, last names, surname, surnames, family, last, lname",
        "bare": "name, names",
        "name": "full name, fullname, whole name, name and surname, surname and name, name surname, "
        "first and last name, name of participant, participant name, participants name "
        "/ participant, participants, resident, fellow, person",
        "email": "email, e-mail, mail, email address, e-mail address, mail address, contact email",
        "country": "country, country code, country of residence, home country / nation",
        "department": "department, dept, crew department / section, craft, discipline, speciality, specialism, track",
        "joined_on": "joined on, joined, join date, date joined, joining date, date of joining, doj, arrival, "
        "arrival date, date of arrival, arrives, arrives on, arrived on, entry date, date of entry / start date, "
        "starts on, start",
        "pronouns": "pronouns, pronoun, preferred pronouns",
        "languages": "languages, language, languages spoken, spoken languages, working languages, working language, "
        "languages read / speaks, reads, lang, langs",
    },
    "fr": {
        "id": "identifiant, matricule, code participant, id participant, numero de participant, numero participant, "
        "numero de dossier, n de dossier, n participant, no participant, reference / n, numero",
        "given_name": "prenom, prenoms",
        "family_name": "nom de famille, noms de famille, patronyme",
        "bare": "nom, noms",
        "name": "nom complet, nom et prenom, nom et prenoms, noms et prenoms, nom prenom, prenom et nom, prenom nom, "
        "nom du participant / participante",
        "email": "courriel, adresse courriel, adresse email, adresse e-mail, adresse mail, adresse electronique, mel",
        "country": "pays, code pays, pays de residence, pays d'origine",
        "department": "departement / filiere, specialite, metier, discipline",
        "joined_on": "arrivee, date d'arrivee, date d'entree, arrive le, arrivee le, entree le / date de debut, debut",
        "pronouns": "pronoms, pronom",
        "languages": "langues, langue, langues parlees, langue parlee, langues lues, langues de travail / parle",
    },
    "es": {
        "id": "identificador, codigo, matricula, id participante, codigo de participante, numero de participante "
        "/ nro, numero",
        "given_name": "nombre de pila, nombres, primer nombre",
        "family_name": "apellido, apellidos, primer apellido",
        "bare": "nombre",
        "name": "nombre completo, nombre y apellido, nombre y apellidos, nombres y apellidos, apellidos y nombres, "
        "apellidos y nombre / participante",
        "email": "correo, correo electronico, direccion de correo, direccion de correo electronico, e-correo",
        "country": "pais, codigo de pais, pais de residencia, pais de origen",
        "department": "departamento, depto / especialidad, oficio",
        "joined_on": "llegada, fecha de llegada, fecha de ingreso, ingreso, fecha de entrada, fecha de incorporacion, "
        "incorporacion / fecha de inicio, inicio",
        "pronouns": "pronombres, pronombre",
        "languages": "idiomas, idioma, lenguas, lengua, idiomas hablados, idiomas de trabajo / habla",
    },
    "pt": {
        "id": "identificador, codigo, matricula, id participante, codigo do participante, numero do participante "
        "/ num, numero",
        "given_name": "primeiro nome, nome proprio, prenome",
        "family_name": "sobrenome, sobrenomes, apelido, apelidos, ultimo nome",
        "bare": "nome, nomes",
        "name": "nome completo, nome e sobrenome, nome e apelido, nome do participante / participante",
        "email": "correio eletronico, endereco de email, endereco de e-mail, endereco eletronico",
        "country": "pais, codigo do pais, pais de residencia, pais de origem",
        "department": "departamento, depto / setor, especialidade",
        "joined_on": "chegada, data de chegada, data de entrada, data de ingresso, ingresso, entrada / data de inicio",
        "pronouns": "pronomes, pronome",
        "languages": "linguas, lingua, idiomas falados, linguas faladas, linguas de trabalho / fala",
    },
    "de": {
        "id": "kennung, kennnummer, teilnehmer-id, teilnehmernummer, teilnehmer-nr, personalnummer, matrikelnummer, "
        "kuerzel, kürzel / nummer, nr, lfd nr, laufende nummer",
        "given_name": "vorname, vornamen, rufname",
        "family_name": "nachname, nachnamen, familienname, zuname",
        "bare": "name, namen",
        "name": "vollstaendiger name, vollständiger name, vor- und nachname, vorname nachname, vorname und nachname, "
        "name vorname, nachname vorname / teilnehmer, teilnehmerin, teilnehmende",
        "email": "e-mail-adresse, emailadresse, mailadresse, e-post",
        "country": "land, laendercode, ländercode, herkunftsland, wohnsitzland, staat",
        "department": "abteilung, departement / bereich, fachbereich, gewerk",
        "joined_on": "ankunft, ankunftsdatum, anreise, anreisedatum, eintritt, eintrittsdatum, beitritt, "
        "beitrittsdatum, angekommen am, eingetreten am / beginn, startdatum",
        "pronouns": "pronomen",
        "languages": "sprachen, sprache, sprachkenntnisse, arbeitssprachen, arbeitssprache",
    },
    "it": {
        "id": "codice, matricola / numero",
        "given_name": "nome di battesimo",
        "family_name": "cognome",
        "name": "nome e cognome, cognome e nome",
        "email": "posta elettronica, indirizzo email",
        "country": "paese",
        "department": "dipartimento, reparto",
        "joined_on": "arrivo, data di arrivo",
        "pronouns": "pronomi",
        "languages": "lingue, lingue parlate, lingue di lavoro",
    },
    "ar": {
        "id": "raqm, al-raqm, raqam, muarrif, رقم, الرقم, المعرف, رقم المشارك",
        "given_name": "al-ism al-awwal, الاسم الأول",
        "family_name": "ism al-aila, al-laqab, laqab, kunya, اسم العائلة, اللقب, الكنية",
        "bare": "ism, al-ism, الاسم",
        "name": "al-ism al-kamil, الاسم الكامل",
        "email": "barid, al-barid al-iliktruni, البريد الإلكتروني, البريد",
        "country": "balad, al-balad, dawla, البلد, الدولة",
        "department": "qism, al-qism, القسم",
        "joined_on": "wusul, tarikh al-wusul, تاريخ الوصول, تاريخ الانضمام",
        "pronouns": "al-dama'ir, الضمائر",
        "languages": "lugha, al-lugha, lughat, al-lughat, اللغة, اللغات",
    },
}
