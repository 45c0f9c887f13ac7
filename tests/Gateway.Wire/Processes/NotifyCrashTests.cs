using System.Diagnostics;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>kill -9 after a notification was sent and before that could be noted.</summary>
[Collection("A real process")]
public sealed class NotifyCrashTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plek-notify-").FullName;

    [Fact]
    public async Task What_was_sent_and_not_noted_is_sent_again_under_the_same_id()
    {
        await using var receiver = await Receiver.StartAsync();
        var release = new TaskCompletionSource();
        receiver.Hold = release.Task;
        var (secret, file) = (Path.Combine(_folder, "secret"), Path.Combine(_folder, "notify.json"));
        await File.WriteAllTextAsync(secret, NotifyBed.Secret);
        await File.WriteAllTextAsync(file, $$"""{"targets":[{"name":"hook","webhook":"{{receiver.Address}}","secretFile":"{{secret}}","kinds":["ArrivedAfterWithdrawal"]}]}""");

        await using (var plek = await PlekProcess.StartAsync(Path.Combine(_folder, "data"), "--notify", file))
        {
            await AlarmAsync(await plek.AsDeskAsync());
            await UntilAsync(() => receiver.Got.Count == 1, plek);
            await plek.KillAsync();
        }
        release.SetResult();
        await using (var plek = await PlekProcess.StartAsync(Path.Combine(_folder, "data"), "--notify", file))
        {
            await UntilAsync(() => receiver.Got.Count == 2, plek);
            Assert.Single(receiver.Got.Select(got => got.Headers["Plek-Id"]).Distinct());
            Assert.All(receiver.Got, got => Assert.True(NotifyBed.IsSigned(got)));
            Assert.Equal(0, await plek.StopAsync(TimeSpan.FromSeconds(10)));
        }
        await using (var plek = await PlekProcess.StartAsync(Path.Combine(_folder, "data"), "--notify", file))
        {
            await Task.Delay(TimeSpan.FromSeconds(2)); // Twice as long as the sender sleeps between two looks.
            Assert.Equal(2, receiver.Got.Count);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task UntilAsync(Func<bool> so, PlekProcess plek)
    {
        var patience = Stopwatch.StartNew();
        while (!so())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), plek.Text);
            await Task.Delay(PlekProcess.Pause);
        }
    }

    /// <summary>A child is brought to a place that the desk has withdrawn.</summary>
    private static async Task AlarmAsync(PlekClient desk)
    {
        var submitted = await desk.CallAsync("PlacementService/Submit", """
            {"commandId":"s","crisisAsked":true,"homePostcode4":3311,"children":[{"ageYears":14,"genderNeed":"GENDER_NEED_F","infection":"INFECTION_STATUS_NO_SYMPTOMS"}],
            "referral":{"kind":"REFERRER_KIND_ACCESS","organisation":"Sociaal team Dordrecht","responsible":"GM0505"},
            "legalBasis":{"kind":"LEGAL_BASIS_VOLUNTARY","status":"LEGAL_BASIS_STATUS_WRITTEN"}}
            """);
        var id = submitted["requestId"]!.GetValue<string>();
        await desk.CallAsync("PlacementService/StartTriage", $$"""{"commandId":"t","requestId":"{{id}}"}""");
        await desk.CallAsync("PlacementService/Triage", $$"""
            {"commandId":"tr","requestId":"{{id}}","crisis":"CRISIS_GRADE_ACUTE",
            "children":[{"subjectId":"{{submitted["subjectIds"]![0]!.GetValue<string>()}}","safety":"SAFETY_SCORE_VERY_UNSAFE","assessor":"crisisdienst"}],
            "alternatives":[{"alternative":"ALTERNATIVE_NETWORK","why":"niemand"},{"alternative":"ALTERNATIVE_CURRENT_PLACE","why":"onveilig"},
                {"alternative":"ALTERNATIVE_AMBULATORY","why":"te laat"},{"alternative":"ALTERNATIVE_CHILD_CARE","why":"te oud"},{"alternative":"ALTERNATIVE_FLITS","why":"vol"}]}
            """);
        await desk.CallAsync("PlacementService/Offer", $$"""{"commandId":"o","requestId":"{{id}}","facilityId":"de-kade","unitId":"de-kade-oud","acceptStale":true}""");
        await desk.CallAsync("PlacementService/WithdrawOffer", $$"""{"commandId":"w","requestId":"{{id}}","attempt":1,"reason":"dichterbij"}""");
        await desk.CallAsync("PlacementService/Admit", $$"""{"commandId":"a","requestId":"{{id}}","attempt":1,"saidBy":{"name":"Ann"} }""");
    }
}
