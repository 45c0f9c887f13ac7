namespace Gateway.Access;

/// <summary>The first 130 bits of a hash as 26 characters of a-z and 2-7: fit for an id, too many to meet twice.</summary>
public static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Chars = 26;

    public static string Encode(ReadOnlySpan<byte> hash)
    {
        Span<char> text = stackalloc char[Chars];
        for (var i = 0; i < Chars; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            text[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }
        return new(text);
    }
}
