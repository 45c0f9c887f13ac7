using System.Text;
using System.Text.Json;
using Grains.Kernel;
using Silo.Storage;
using Silo.Storage.Vault;
using Xunit;

namespace Store.Contract;

public sealed class MemoryVaultTests : VaultContract
{
    protected override ValueTask<IVault> OpenAsync() => new(new MemoryVault(new(Random(32)), Random));

    [Fact]
    public async Task The_same_randomness_makes_the_same_vault()
    {
        static async Task<(string, Sealed)> Play()
        {
            byte next = 0;
            await using var vault = new MemoryVault(new(new byte[32]), count => [.. Enumerable.Range(0, count).Select(_ => next++)]);
            return (await vault.SubjectForAsync(Token, None), await vault.SealAsync(Subject, SealPurpose.Facts, Facts, None));
        }
        Assert.Equal(await Play(), await Play());
    }
}

public sealed class SqliteVaultTests : VaultContract
{
    private readonly TemporaryFolder _folder = new();
    private int _opened;

    private string Keys => _folder.File("0/keys.db");
    private string Master => _folder.File("0/master.key");

    protected override ValueTask<IVault> OpenAsync()
    {
        var mine = $"{_opened++}";
        return new(SqliteVault.Open(_folder.File($"{mine}/keys.db"), _folder.File($"{mine}/master.key"), Random));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ReopenAsync()
    {
        await Vault.DisposeAsync();
        Vault = SqliteVault.Open(Keys, Master, Random);
    }

    [Fact]
    public async Task Everything_is_there_after_it_is_opened_again()
    {
        var subject = await Vault.SubjectForAsync(Token, None);
        var value = await Vault.SealAsync(subject, SealPurpose.Facts, Facts, None);
        var ann = await Vault.KeepPersonAsync(new("desk", "1"), 0, Ann, None);
        var hash = Vault.KeyedHash("command", Facts);

        await ReopenAsync();
        Assert.Equal(subject, await Vault.SubjectForAsync(Token, None));
        Assert.Equal(Token, Assert.Single(await Vault.TokensOfAsync(subject, None)));
        Assert.Equal(Facts, await Vault.OpenAsync(value, None));
        Assert.Equal(Ann, await Vault.FindPersonAsync(ann, None));
        Assert.Equal(hash, Vault.KeyedHash("command", Facts));
    }

    [Fact]
    public async Task What_was_erased_is_gone_after_it_is_opened_again()
    {
        var subject = await Vault.SubjectForAsync(Token, None);
        var value = await Vault.SealAsync(subject, SealPurpose.Facts, Facts, None);
        var ann = await Vault.KeepPersonAsync(new("desk", "1"), 0, Ann, None);
        await Vault.EraseAsync(subject, null, None);
        await Vault.ErasePersonAsync(ann, None);

        await ReopenAsync();
        Assert.Null(await Vault.OpenAsync(value, None));
        Assert.Null(await Vault.TryFindSubjectAsync(Token, None));
        Assert.Null(await Vault.FindPersonAsync(ann, None));
    }

    [Fact]
    public async Task What_was_erased_is_in_no_file()
    {
        var value = await Vault.SealAsync("erased-subject", SealPurpose.Facts, Facts, None);
        var keyId = value.Cipher[1..9].ToArray();
        await Vault.EraseAsync("erased-subject", null, None);
        Assert.Equal(0, new FileInfo(Keys + "-wal").Length);
        await Vault.DisposeAsync();

        var bytes = File.ReadAllBytes(Keys);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(keyId));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("erased-subject"u8));
    }

    [Fact]
    public async Task A_stolen_vault_without_the_master_key_reveals_no_token_and_no_person()
    {
        await Vault.SubjectForAsync(Token, None);
        await Vault.KeepPersonAsync(new("desk", "1"), 0, Ann, None);
        await Vault.DisposeAsync();

        var text = Encoding.Latin1.GetString(File.ReadAllBytes(Keys));
        Assert.DoesNotContain(Token, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Ann.Name, text, StringComparison.Ordinal);
        Assert.DoesNotContain("1234 5678", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_master_key_is_told_in_one_line()
    {
        await Vault.DisposeAsync();
        File.WriteAllText(Master, new string('a', 64));
        var error = Assert.Throws<StorageFileException>(() => SqliteVault.Open(Keys, Master, Random));
        Assert.Contains("another master key", error.Message, StringComparison.Ordinal);
        Assert.Contains(Master, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_master_key_of_a_vault_that_exists_is_never_made_anew()
    {
        await Vault.DisposeAsync();
        File.Delete(Master);
        Assert.Contains(Master, Assert.Throws<StorageFileException>(() => SqliteVault.Open(Keys, Master, Random)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Master));
    }

    [Theory, InlineData(""), InlineData("abcd"), InlineData("no key at all")]
    public async Task A_file_without_a_master_key_in_it_is_refused(string content)
    {
        await Vault.DisposeAsync();
        File.WriteAllText(Master, content);
        Assert.Contains("64 hexadecimal", Assert.Throws<StorageFileException>(() => SqliteVault.Open(Keys, Master, Random)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_master_key_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Master));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        await Vault.DisposeAsync();
        File.SetUnixFileMode(Master, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<StorageFileException>(() => SqliteVault.Open(Keys, Master, Random)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_opening_of_one_vault_is_refused() =>
        Assert.Contains("in use by another process", Assert.Throws<StorageFileException>(() => SqliteVault.Open(Keys, Master, Random)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Many_values_sealed_together_share_flushes_and_all_open()
    {
        var values = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Vault.SealAsync($"request-{i}", SealPurpose.Facts, Facts, None).AsTask()));
        await ReopenAsync();
        foreach (var value in values) Assert.Equal(Facts, await Vault.OpenAsync(value, None));
    }
}

public sealed class SealedTests
{
    [Theory]
    [InlineData("""{"subject":"s","purpose":"facts"}""")]
    [InlineData("""{"subject":"s","purpose":"other","cipher":""}""")]
    [InlineData("""{"subject":"s","purpose":"facts","cipher":"%"}""")]
    [InlineData("""["s"]""")]
    public void What_is_no_sealed_value_is_refused(string json) =>
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<Sealed>(json));

    [Fact]
    public void A_later_member_is_passed_over() => Assert.Equal(
        new("s", SealPurpose.Infection, new byte[] { 1 }),
        JsonSerializer.Deserialize<Sealed>("""{"subject":"s","later":{"x":[1]},"purpose":"infection","cipher":"AQ=="}"""));

    [Fact]
    public void A_person_is_referred_to_by_a_plain_text()
    {
        Assert.Equal("\"abc\"", JsonSerializer.Serialize(new PersonRef("abc")));
        Assert.Equal(new("abc"), JsonSerializer.Deserialize<PersonRef>("\"abc\""));
    }
}
