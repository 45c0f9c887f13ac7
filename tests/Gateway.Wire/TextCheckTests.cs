using Gateway.Access;
using Xunit;

namespace Gateway.Wire;

public class TextCheckTests
{
    [Theory]
    [InlineData("111222333")]
    [InlineData("Het BSN is 123456782.")]
    [InlineData("bsn:1112 22 333")]
    [InlineData("1112.22.333")]
    [InlineData("111.222.333")]
    [InlineData("111 222 333")]
    [InlineData("111-222-333")]
    [InlineData("10000008")] // Eight digits: the leading zero fell off in a spreadsheet.
    [InlineData("10.000.008")]
    [InlineData("010000008")]
    [InlineData("111\u00A0222\u00A0333")] // Hard spaces, as a word processor writes them.
    [InlineData("111\u200B222\u200B333")] // Invisible spaces, as a web page leaves them.
    [InlineData("١١١٢٢٢٣٣٣")] // The digits of another script.
    [InlineData("１１１２２２３３３")] // As wide as the signs of East Asia.
    [InlineData("𝟏𝟏𝟏𝟐𝟐𝟐𝟑𝟑𝟑")] // In the bold of mathematics, which some keyboards offer.
    [InlineData("①①①②②②③③③")]
    [InlineData("¹¹¹²²²³³³")]
    [InlineData("111．222．333")]
    [InlineData("op 21-11-2026 gebeld, 123456782 genoteerd")]
    public void Sees_a_citizen_service_number(string text) => Assert.Equal(TextFinding.Bsn, TextCheck.Find(text));

    [Theory]
    [InlineData("06 12345678")]
    [InlineData("06-12 34 56 78")]
    [InlineData("0612345678")]
    [InlineData("bel 06.12.34.56.78 even")]
    [InlineData("078-1234567")]
    [InlineData("(078) 123 45 67")]
    [InlineData("078/1234567")]
    [InlineData("0184-123456")]
    [InlineData("0184 12 34 56")]
    [InlineData("088 123 45 67")]
    [InlineData("+31612345678")]
    [InlineData("+31 (0)6 12 34 56 78")]
    [InlineData("0031 78 123 45 67")]
    [InlineData("+32 470 12 34 56")]
    [InlineData("06–12345678")] // A long dash.
    [InlineData("06−12345678")] // A minus sign.
    [InlineData("０６－１２３４５６７８")]
    [InlineData("＋３１ ６ １２３４５６７８")]
    public void Sees_a_phone_number(string text) => Assert.Equal(TextFinding.Phone, TextCheck.Find(text));

    [Theory]
    [InlineData("jan.de.vries@voorbeeld.nl")]
    [InlineData("mail naar <j_v+crisis@zorg.voorbeeld.org> aub")]
    [InlineData("jan @ voorbeeld.nl")]
    [InlineData("jan [at] voorbeeld.nl")]
    [InlineData("jan(at)voorbeeld.nl")]
    [InlineData("jan＠voorbeeld.nl")]
    [InlineData("jan﹫voorbeeld．nl")]
    [InlineData("ｊａｎ＠ｖｏｏｒｂｅｅｌｄ。ｎｌ")]
    [InlineData("jan@𝐯𝐨𝐨𝐫𝐛𝐞𝐞𝐥𝐝.ⓝⓛ")]
    [InlineData("jan（at）voorbeeld.nl")]
    public void Sees_an_e_mail_address(string text) => Assert.Equal(TextFinding.Email, TextCheck.Find(text));

    [Theory]
    [InlineData("")]
    [InlineData("Groep is onrustig; twee nieuwe plaatsingen in een week.")]
    [InlineData("3311 AB Dordrecht")]
    [InlineData("21-11-2026")]
    [InlineData("van 01-02-2026 10:30 tot 06-12-2026 10:30")]
    [InlineData("2026-11-21T08:30:00+01:00")]
    [InlineData("20261121")]
    [InlineData("06/12/2026 om 09.00 uur")]
    [InlineData("€ 1.234.567,89")]
    [InlineData("€ 10.000.008")] // Passes the 11-check, but it is money.
    [InlineData("10.000.008,50")]
    [InlineData("10000008 euro")]
    [InlineData("zaak Z-2026-001234")]
    [InlineData("leeftijden 12 13 14 15")]
    [InlineData("2025-2026 en 2024 2025")]
    [InlineData("open 0800-1600")]
    [InlineData("112 gebeld")]
    [InlineData("111222334")] // Nine digits that fail the 11-check.
    [InlineData("00000000")]
    [InlineData("GM0505")]
    [InlineData("productcode 46A05, AGB 06290123")]
    [InlineData("2 @ de groep")]
    [InlineData("51.8151714, 4.671282")]
    [InlineData("½ dag, ３ kinderen, 5 m²")]
    public void Leaves_ordinary_text_alone(string text) => Assert.Equal(TextFinding.None, TextCheck.Find(text));

    [Fact]
    public void Answers_at_once_on_a_text_made_to_be_slow()
    {
        // 100,000 characters each; a pattern that backtracks would need minutes.
        foreach (var part in new[] { "a", "1", "06 ", "0-", "a.@", "+1 ", "(", "12." })
            TextCheck.Find(string.Concat(Enumerable.Repeat(part, 100_000 / part.Length)));
    }

    [Theory]
    [InlineData("111222333", true)]
    [InlineData("123456782", true)]
    [InlineData("10000008", true)]
    [InlineData("123456789", false)]
    [InlineData("000000000", false)]
    [InlineData("1234567", false)]
    public void Weighs_the_digits_as_the_11_check_says(string digits, bool passes) =>
        Assert.Equal(passes, TextCheck.PassesElevenCheck(digits));
}
