using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Access;

/// <summary>What a free text seems to hold that must not enter the core.</summary>
public enum TextFinding { None, Email, Phone, Bsn }

/// <summary>
/// Refuses texts in which somebody typed a citizen service number (BSN), a phone number or an e-mail address, before
/// they are stored anywhere. Pure, safe for concurrent use, linear in the length of the text.
/// </summary>
/// <remarks>
/// It catches what people type without thinking, not what they hide. An arbitrary number of 8 or 9 digits passes the
/// 11-check once in eleven times, so a number counts as a BSN only when it is written in one piece or grouped as a BSN
/// is; dates, amounts and years are left alone. Numbers of six digits or fewer, 112 and 0800/0900 numbers are public.
/// </remarks>
public static partial class TextCheck
{
    public static TextFinding Find(string text)
    {
        var plain = Plain(text);
        if (EmailForm().IsMatch(plain)) return TextFinding.Email;
        var undated = DateForm().Replace(plain, "|");
        if (PhoneForm().IsMatch(undated)) return TextFinding.Phone;
        return HoldsBsn(undated) ? TextFinding.Bsn : TextFinding.None;
    }

    /// <summary>The finding in words that fit after "looks like it holds".</summary>
    public static string Words(TextFinding finding) => finding switch
    {
        TextFinding.Email => "an e-mail address",
        TextFinding.Phone => "a phone number",
        TextFinding.Bsn => "a citizen service number (BSN)",
        _ => "nothing personal",
    };

    /// <summary>The 11-check: nine digits weigh 9 to 2 and −1, and their sum divides by 11. Eight digits lost their leading zero.</summary>
    public static bool PassesElevenCheck(string digits)
    {
        if (digits.Length is not (8 or 9) || digits.AsSpan().ContainsAnyExceptInRange('0', '9')) return false;
        var nine = digits.PadLeft(9, '0');
        var sum = -(nine[8] - '0');
        for (var i = 0; i < 8; i++) sum += (9 - i) * (nine[i] - '0');
        return sum % 11 == 0 && nine != "000000000";
    }

    private static bool HoldsBsn(string text)
    {
        foreach (Match match in BsnForm().Matches(text))
        {
            if (IsAmount(text, match)) continue;
            if (PassesElevenCheck(string.Concat(match.Value.Where(char.IsAsciiDigit)))) return true;
        }
        return false;
    }

    private static bool IsAmount(string text, Match match)
    {
        var before = text.AsSpan(0, match.Index).TrimEnd();
        var after = text.AsSpan(match.Index + match.Length);
        return before.EndsWith("€") || before.EndsWith("EUR", StringComparison.OrdinalIgnoreCase)
            || (after.Length > 1 && after[0] == ',' && (char.IsAsciiDigit(after[1]) || after[1] == '-'))
            || after.TrimStart().StartsWith("euro", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The text as it reads: digits of other scripts and styles, wide and styled letters and signs, hard spaces, long dashes and
    /// invisible characters must not hide a number or an address.</summary>
    /// <remarks>What NFKC would do for the characters that the forms below look for. The platform's own does nothing here: this program runs
    /// without cultures, and it is then left out.</remarks>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) plain.Append(Plain(rune));
        return plain.ToString();
    }

    private static string Plain(Rune rune)
    {
        if (rune.IsAscii) return rune.ToString();
        var category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber
            && Rune.GetNumericValue(rune) is >= 0 and <= 9 and var number && double.IsInteger(number)) return $"{(char)('0' + (int)number)}";
        return rune.Value switch
        {
            >= 0xFF01 and <= 0xFF5E => $"{(char)(rune.Value - 0xFF01 + '!')}", // Fullwidth forms of ! to ~.
            >= 0x1D400 and <= 0x1D6A3 => Letter((rune.Value - 0x1D400) % 52),   // Mathematical A-Z and a-z, a style after another.
            >= 0x24B6 and <= 0x24E9 => Letter(rune.Value - 0x24B6),             // In circles.
            >= 0x1F130 and <= 0x1F149 => Letter(rune.Value - 0x1F130),          // In squares.
            0xFE6B => "@",
            0x2024 or 0x3002 or 0xFE52 or 0xFF61 => ".",
            0x207A or 0x208A or 0xFE62 => "+",
            0x207D or 0x208D or 0xFE59 => "(",
            0x207E or 0x208E or 0xFE5A => ")",
            0x2044 or 0x2215 => "/",
            0x2212 or 0x207B or 0x208B => "-", // Minus signs, which are no dashes to Unicode.
            _ => category switch
            {
                UnicodeCategory.SpaceSeparator => " ",
                UnicodeCategory.DashPunctuation => "-",
                UnicodeCategory.Format => "",
                _ => rune.ToString(),
            },
        };

        static string Letter(int index) => $"{(char)(index < 26 ? 'A' + index : 'a' + index - 26)}";
    }

    // One character before the sign is enough to know an address, and labels without dots leave nothing to try twice.
    [GeneratedRegex(@"[A-Za-z0-9_%+\-.] ?(?:@|[\[(](?:at|apenstaartje)[\])]) ?(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")]
    private static partial Regex EmailForm();

    [GeneratedRegex(@"(?<!\d)(?:\d{1,2}([-./])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\2\d{1,2}|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)")]
    private static partial Regex DateForm();

    // Ten digits behind a mobile prefix or an area code of three or four digits, or an international prefix.
    [GeneratedRegex(
        @"(?<![\d.,:])(?:\(?0[ ]?6\)?[ \-./]{0,3}[1-8](?:[ \-.]?\d){7}|" +
        @"\(?0[1-9]\d\)?[ \-./]{0,3}\d(?:[ \-.]?\d){6}|" +
        @"\(?0[1-9]\d\d\)?[ \-./]{0,3}\d(?:[ \-.]?\d){5}|" +
        @"(?:\+|00)[1-9]\d{0,2}(?:[ \-./()]{0,3}\d){6,12})(?!\d)")]
    private static partial Regex PhoneForm();

    // In one piece, or grouped 3-3-3, 4-2-3, 2-3-3, 3-2-2-2 or 2-2-2-3 with one and the same separator.
    [GeneratedRegex(
        @"(?<!\d)(?:\d{8,9}|\d{3}([ .\-])\d{3}\1\d{3}|\d{4}([ .\-])\d{2}\2\d{3}|\d{2}([ .\-])\d{3}\3\d{3}|" +
        @"\d{3}([ .])\d{2}\4\d{2}\4\d{2}|\d{2}([ .])\d{2}\5\d{2}\5\d{3})(?!\d)")]
    private static partial Regex BsnForm();
}
