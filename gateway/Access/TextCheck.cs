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

    // Digits of other scripts, hard spaces, long dashes and invisible characters must not hide a number.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c < 128) plain.Append(c);
            else if (CharUnicodeInfo.GetDecimalDigitValue(c) is var digit and >= 0) plain.Append((char)('0' + digit));
            else plain.Append(char.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.SpaceSeparator => " ",
                UnicodeCategory.DashPunctuation => "-",
                UnicodeCategory.Format => "",
                _ => c.ToString(),
            });
        }
        return plain.ToString();
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
