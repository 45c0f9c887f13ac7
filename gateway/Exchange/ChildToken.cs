using System.Text.RegularExpressions;
using Gateway.Access;

namespace Gateway.Exchange;

/// <summary>What may stand for a child in a file: something random that the desk's tokeniser gave, never a number or a name.</summary>
internal static partial class ChildToken
{
    public static string Read(Row row, string column)
    {
        var token = row.Raw(column);
        if (token.Split('-', '_').Any(TextCheck.PassesElevenCheck)) row.Wrong(column, "looks like a citizen service number (BSN); only a token may stand for a child");
        else if (!Form().IsMatch(token) || !token.Any(char.IsAsciiDigit)) row.Wrong(column, "is not a child token: 8 to 64 letters, digits, '-' and '_', at least one letter and one digit");
        return token;
    }

    [GeneratedRegex(@"^(?=.*[A-Za-z])[A-Za-z0-9_-]{8,64}\z")]
    private static partial Regex Form();
}
