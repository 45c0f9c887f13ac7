using Grains.Facilities;
using Plek.V1;

namespace Gateway.Services;

// How a provider answers.
internal static partial class Show
{
    public static Plek.V1.Figures Figures(Views.Figures figures)
    {
        var shown = new Plek.V1.Figures
        {
            Asked = figures.Asked,
            Consented = figures.Consented,
            Refused = figures.Refused,
            NoAnswer = figures.NoAnswer,
            Revoked = figures.Revoked,
            Withdrawn = figures.Withdrawn,
            Open = figures.Open,
            Refusals =
            {
                figures.ByCode.Select(refused => new RefusalCount { Code = Words<Plek.V1.RefusalCode, Grains.Facilities.RefusalCode>.ToWire(refused.Key), Count = refused.Value }),
            },
        };
        if (figures.MedianMinutes is { } median) shown.MedianMinutes = median;
        if (figures.NinetiethMinutes is { } ninetieth) shown.NinetiethMinutes = ninetieth;
        if (figures.AcceptPercent is { } percent) shown.AcceptPercent = percent;
        return shown;
    }

    /// <param name="unit">Null when it is no longer the provider's.</param>
    public static UnitFigures Figures(string facilityId, string unitId, Views.Figures figures, UnitState? unit)
    {
        var shown = new UnitFigures { FacilityId = facilityId, UnitId = unitId, Figures = Figures(figures) };
        if (unit is null) return shown;
        var attempts = unit.LastAttempts;
        (shown.AccuracyAttempts, shown.AccuracyPercent) = (attempts.Length, attempts.IsEmpty ? 100 : 100 * attempts.Count(wasTrue => wasTrue) / attempts.Length);
        return shown;
    }
}
