using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grains.Kernel;
using Xunit;

namespace Store.Contract;

/// <summary>What every vault must do.</summary>
public abstract class VaultContract : IAsyncLifetime
{
    protected const string Token = "child-token-4711";
    protected const string Subject = "request-1";
    protected static readonly CancellationToken None = CancellationToken.None;
    protected static readonly Person Ann = new("Ann de Vries", "+31 6 1234 5678");
    protected static readonly byte[] Facts = Encoding.UTF8.GetBytes("""{"ageYears":9,"needs":"wheelchair"}""");

    protected IVault Vault { get; set; } = null!;

    protected abstract ValueTask<IVault> OpenAsync();

    protected static byte[] Random(int count) => RandomNumberGenerator.GetBytes(count);

    public virtual async Task InitializeAsync() => Vault = await OpenAsync();

    public virtual async Task DisposeAsync() => await Vault.DisposeAsync();

    private static CommandKey Key(string id) => new("desk-1", id);

    private async Task<Sealed> SealAsync(SealPurpose purpose = SealPurpose.Facts) => await Vault.SealAsync(Subject, purpose, Facts, None);

    [Fact]
    public async Task A_token_leads_to_one_subject_which_is_fit_for_a_stream_and_says_nothing()
    {
        var subject = await Vault.SubjectForAsync(Token, None);
        Assert.Matches("^[a-z2-7]{26}$", subject);
        Assert.Equal(subject, await Vault.SubjectForAsync(Token, None));
        Assert.Equal(subject, await Vault.TryFindSubjectAsync(Token, None));
        Assert.NotEqual(subject, await Vault.SubjectForAsync("another", None));
        Assert.Equal(Token, Assert.Single(await Vault.TokensOfAsync(subject, None)));
    }

    [Fact]
    public async Task An_unknown_token_leads_nowhere()
    {
        Assert.Null(await Vault.TryFindSubjectAsync(Token, None));
        Assert.Empty(await Vault.TokensOfAsync("nobody", None));
    }

    [Fact]
    public async Task Rivals_for_a_fresh_token_get_one_subject()
    {
        var subjects = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Vault.SubjectForAsync(Token, None))));
        Assert.Single(subjects.Distinct());
    }

    [Fact]
    public async Task A_sealed_value_opens_and_shows_nothing_of_itself()
    {
        var value = await SealAsync();
        Assert.Equal((Subject, SealPurpose.Facts), (value.Subject, value.Purpose));
        Assert.DoesNotContain("wheelchair", Encoding.Latin1.GetString(value.Cipher.Span), StringComparison.Ordinal);
        Assert.Equal(Facts, await Vault.OpenAsync(value, None));
    }

    [Fact]
    public async Task The_same_value_never_looks_the_same() => Assert.NotEqual(await SealAsync(), await SealAsync());

    [Fact]
    public async Task An_empty_value_and_one_at_the_limit_open()
    {
        foreach (var plain in new[] { [], new byte[VaultLimits.PlainBytesMax] })
            Assert.Equal(plain, await Vault.OpenAsync(await Vault.SealAsync(Subject, SealPurpose.Facts, plain, None), None));
    }

    [Fact]
    public async Task Rivals_for_a_fresh_key_seal_under_one_key()
    {
        var values = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => SealAsync())));
        foreach (var value in values) Assert.Equal(Facts, await Vault.OpenAsync(value, None));
    }

    [Fact]
    public async Task An_erased_key_opens_nothing_and_the_other_purpose_still_opens()
    {
        var (facts, infection) = (await SealAsync(), await SealAsync(SealPurpose.Infection));
        await Vault.EraseAsync(Subject, SealPurpose.Infection, None);
        Assert.Null(await Vault.OpenAsync(infection, None));
        Assert.Equal(Facts, await Vault.OpenAsync(facts, None));
    }

    [Fact]
    public async Task Erasing_a_subject_erases_all_its_keys_and_tokens()
    {
        var subject = await Vault.SubjectForAsync(Token, None);
        var facts = await Vault.SealAsync(subject, SealPurpose.Facts, Facts, None);
        var infection = await Vault.SealAsync(subject, SealPurpose.Infection, Facts, None);
        var other = await SealAsync();

        await Vault.EraseAsync(subject, purpose: null, None);
        Assert.Null(await Vault.OpenAsync(facts, None));
        Assert.Null(await Vault.OpenAsync(infection, None));
        Assert.Null(await Vault.TryFindSubjectAsync(Token, None));
        Assert.Empty(await Vault.TokensOfAsync(subject, None));
        Assert.NotEqual(subject, await Vault.SubjectForAsync(Token, None));
        Assert.Equal(Facts, await Vault.OpenAsync(other, None));
    }

    [Fact]
    public async Task A_fresh_key_after_erasure_opens_only_what_it_sealed()
    {
        var before = await SealAsync();
        await Vault.EraseAsync(Subject, SealPurpose.Facts, None);
        var after = await SealAsync();
        Assert.Null(await Vault.OpenAsync(before, None));
        Assert.Equal(Facts, await Vault.OpenAsync(after, None));
    }

    [Fact]
    public async Task Erasing_what_is_not_there_is_no_error()
    {
        await Vault.EraseAsync("nobody", null, None);
        await Vault.ErasePersonAsync(new("nobody"), None);
    }

    [Fact]
    public async Task An_altered_value_is_damage_and_not_an_erasure()
    {
        var value = await SealAsync();
        foreach (var at in new[] { 0, 9, value.Cipher.Length - 1 })
        {
            var bytes = value.Cipher.ToArray();
            bytes[at] ^= 1;
            await Assert.ThrowsAsync<CorruptEventException>(async () => await Vault.OpenAsync(value with { Cipher = bytes }, None));
        }
        await Assert.ThrowsAsync<CorruptEventException>(async () => await Vault.OpenAsync(value with { Cipher = default }, None));
    }

    [Fact]
    public async Task A_value_moved_to_another_subject_or_purpose_does_not_open()
    {
        var value = await SealAsync();
        await SealAsync(SealPurpose.Infection);
        await Vault.SealAsync("request-2", SealPurpose.Facts, Facts, None);
        Assert.Null(await Vault.OpenAsync(value with { Subject = "request-2" }, None));
        Assert.Null(await Vault.OpenAsync(value with { Purpose = SealPurpose.Infection }, None));
    }

    [Fact]
    public async Task A_stolen_log_without_the_keys_reveals_nothing()
    {
        var value = await SealAsync();
        await using var thief = await OpenAsync();
        Assert.Null(await thief.OpenAsync(value, None));
        await thief.SealAsync(Subject, SealPurpose.Facts, Facts, None);
        Assert.Null(await thief.OpenAsync(value, None));
    }

    [Fact]
    public async Task A_person_is_kept_under_a_reference_that_a_retry_gets_again()
    {
        var reference = await Vault.KeepPersonAsync(Key("1"), 0, Ann, None);
        Assert.Matches("^[a-z2-7]{26}$", reference.Id);
        Assert.Equal(reference, await Vault.KeepPersonAsync(Key("1"), 0, Ann, None));
        Assert.Equal(Ann, await Vault.FindPersonAsync(reference, None));
    }

    [Fact]
    public async Task A_person_stands_under_a_reference_of_its_own_until_it_is_erased()
    {
        var reference = new PersonRef("ann");
        await Vault.KeepPersonAsync(reference, Ann, None);
        await Vault.KeepPersonAsync(reference, Ann with { Phone = null }, None);
        Assert.Equal(Ann, await Vault.FindPersonAsync(reference, None));
        await Vault.ErasePersonAsync(reference, None);
        Assert.Null(await Vault.FindPersonAsync(reference, None));
    }

    [Fact]
    public async Task Other_commands_ordinals_and_persons_have_other_references()
    {
        PersonRef[] references =
        [
            await Vault.KeepPersonAsync(Key("1"), 0, Ann, None),
            await Vault.KeepPersonAsync(Key("2"), 0, Ann, None),
            await Vault.KeepPersonAsync(Key("1"), 1, Ann, None),
            await Vault.KeepPersonAsync(Key("1"), 0, Ann with { Phone = null }, None),
        ];
        Assert.Equal(4, references.Distinct().Count());
        Assert.Equal(new Person(Ann.Name, null), await Vault.FindPersonAsync(references[3], None));
    }

    [Fact]
    public async Task An_erased_person_is_gone()
    {
        var reference = await Vault.KeepPersonAsync(Key("1"), 0, Ann, None);
        await Vault.ErasePersonAsync(reference, None);
        Assert.Null(await Vault.FindPersonAsync(reference, None));
    }

    [Fact]
    public async Task A_text_is_kept_like_a_person_and_can_be_erased()
    {
        var reference = await Vault.KeepTextAsync(Key("1"), 0, "Slaapt slecht, bel eerst.", None);
        Assert.Matches("^[a-z2-7]{26}$", reference.Id);
        Assert.Equal(reference, await Vault.KeepTextAsync(Key("1"), 0, "Slaapt slecht, bel eerst.", None));
        Assert.NotEqual(reference, await Vault.KeepTextAsync(Key("1"), 0, "Iets anders.", None));
        Assert.Equal("Slaapt slecht, bel eerst.", await Vault.FindTextAsync(reference, None));
        Assert.Null(await Vault.FindPersonAsync(new(reference.Id), None));

        await Vault.EraseTextAsync(reference, None);
        Assert.Null(await Vault.FindTextAsync(reference, None));
    }

    [Fact]
    public async Task Hashes_depend_on_purpose_content_and_master_key()
    {
        var hash = Vault.KeyedHash("command", Facts);
        Assert.Equal(32, hash.Length);
        Assert.Equal(hash, Vault.KeyedHash("command", Facts));
        Assert.NotEqual(hash, Vault.KeyedHash("caller", Facts));
        Assert.NotEqual(hash, Vault.KeyedHash("command", Facts.AsSpan(1)));
        await using var other = await OpenAsync();
        Assert.NotEqual(hash, other.KeyedHash("command", Facts));
    }

    [Fact]
    public async Task What_is_beyond_a_limit_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.SubjectForAsync("", None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.SubjectForAsync(new('x', VaultLimits.TokenCharsMax + 1), None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.SealAsync("", SealPurpose.Facts, Facts, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.SealAsync(new('x', VaultLimits.SubjectCharsMax + 1), SealPurpose.Facts, Facts, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.SealAsync(Subject, SealPurpose.Facts, new byte[VaultLimits.PlainBytesMax + 1], None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.KeepPersonAsync(Key("1"), 0, new("", null), None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.KeepTextAsync(Key("1"), 0, "", None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.KeepTextAsync(Key("1"), 0, new('x', VaultLimits.TextCharsMax + 1), None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.KeepPersonAsync(Key("1"), 0, Ann with { Name = new('x', VaultLimits.PersonNameCharsMax + 1) }, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Vault.KeepPersonAsync(Key("1"), 0, Ann with { Phone = new('1', VaultLimits.PersonPhoneCharsMax + 1) }, None));
    }

    [Fact]
    public async Task A_sealed_value_is_compact_json_and_equal_by_its_contents()
    {
        var value = await SealAsync();
        var json = JsonSerializer.Serialize(value);
        Assert.Equal($$"""{"subject":"request-1","purpose":"facts","cipher":"{{Convert.ToBase64String(value.Cipher.Span)}}"}""", json);
        var read = JsonSerializer.Deserialize<Sealed>(json)!;
        Assert.Equal(value, read);
        Assert.Equal(value.GetHashCode(), read.GetHashCode());
        Assert.Equal(Facts, await Vault.OpenAsync(read, None));
    }
}
