using System.Collections.Immutable;
using Gateway.Rpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Plek.V1;

namespace Gateway.Access;

/// <summary>The fields of a request message that access looks at, found by name once.</summary>
public sealed class RequestFields
{
    private readonly FieldDescriptor? _provider, _facility, _request, _alarm, _attempt, _enquiry, _command, _saidBy;
    private readonly ImmutableArray<(FieldDescriptor Field, RoleSet Roles)> _only;

    public RequestFields(MessageDescriptor message)
    {
        _provider = message.FindFieldByName("provider_id");
        _facility = message.FindFieldByName("facility_id");
        _request = message.FindFieldByName("request_id");
        _alarm = message.FindFieldByName("alarm_id");
        _attempt = message.FindFieldByName("attempt");
        _enquiry = message.FindFieldByName("enquiry");
        _command = message.FindFieldByName("command_id");
        _saidBy = message.FindFieldByName("said_by");
        _only =
        [
            .. from field in message.Fields.InDeclarationOrder()
               let only = field.GetOptions()?.GetExtension(AccessExtensions.Only)
               where only is not null
               select (field, RoleSet.Of(only.Roles)),
        ];
    }

    public bool HasProvider => _provider is not null;
    public bool HasFacility => _facility is not null;
    public bool HasRequest => _request is not null;
    public bool HasAlarm => _alarm is not null;

    public string ProviderId(IMessage request) => Id(request, _provider!);
    public string FacilityId(IMessage request) => Id(request, _facility!);
    public string RequestId(IMessage request) => Id(request, _request!);

    public string AlarmId(IMessage request) => (string)_alarm!.Accessor.GetValue(request);

    /// <summary>The attempt that the message is about, or null where it has no such field.</summary>
    public int? Attempt(IMessage request) => (int?)_attempt?.Accessor.GetValue(request);

    /// <summary>As <see cref="Attempt"/>, for an enquiry.</summary>
    public int? Enquiry(IMessage request) => (int?)_enquiry?.Accessor.GetValue(request);

    /// <summary>The id under which the caller sends a command, or null for a read.</summary>
    public string? CommandId(IMessage request) => _command is null ? null : Id(request, _command);

    /// <summary>Refuses fields that are another role's to fill.</summary>
    public void CheckOnly(IMessage request, RoleSet roles)
    {
        foreach (var (field, allowed) in _only)
        {
            if (!field.Accessor.HasValue(request) || allowed.Overlaps(roles)) continue;
            throw new RpcException(Code.PermissionDenied, "FIELD_NOT_ALLOWED", $"{field.Name} is not for the caller's roles to fill.")
            {
                Violations = [(field.Name, "is for other roles")],
            };
        }
    }

    /// <summary>Who speaks for a provider says who said so; who speaks for itself names nobody.</summary>
    public void CheckSaidBy(IMessage request, bool onBehalf)
    {
        var given = _saidBy?.Accessor.HasValue(request) ?? false;
        if (onBehalf && !given) throw RpcException.Invalid("said_by", "is missing: name who at the provider said so");
        if (!onBehalf && given) throw RpcException.Invalid("said_by", "is only for the desk, when it speaks for a provider");
    }

    private static string Id(IMessage request, FieldDescriptor field) => Check.Id((string)field.Accessor.GetValue(request), field.Name);
}
