using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace Gateway.Rpc;

/// <summary>grpc.reflection.v1 and v1alpha: tells tools such as grpcurl which services there are and what their messages look like.</summary>
public sealed class Reflection
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _services = new(StringComparer.Ordinal);

    private Reflection() { }

    /// <summary>Add it last: it tells of the routes that were there before it, and of itself.</summary>
    public static void AddTo(Routes routes)
    {
        var reflection = new Reflection();
        MethodDescriptor[] own =
        [
            ReflectionReflection.Descriptor.Services[0].Methods[0],
            Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor.Services[0].Methods[0],
        ];
        foreach (var method in own) routes.Both<ServerReflectionRequest, ServerReflectionResponse>(method, reflection.AnswerAsync);
        foreach (var service in routes.Methods.Select(m => m.Service).Distinct())
        {
            reflection._services.Add(service.FullName);
            reflection.AddFile(service.File);
        }
        // So that a tool can read the details of an error.
        reflection.AddFile(Google.Rpc.StatusReflection.Descriptor);
        reflection.AddFile(Google.Rpc.ErrorDetailsReflection.Descriptor);
    }

    private async IAsyncEnumerable<ServerReflectionResponse> AnswerAsync(IAsyncEnumerable<IMessage> questions, Call call)
    {
        await foreach (var question in questions.ConfigureAwait(false)) yield return Answer((ServerReflectionRequest)question);
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest asked)
    {
        var answer = new ServerReflectionResponse { ValidHost = asked.Host, OriginalRequest = asked };
        switch (asked.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                answer.ListServicesResponse = new() { Service = { _services.Select(name => new ServiceResponse { Name = name }) } };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename when _files.TryGetValue(asked.FileByFilename, out var file):
                answer.FileDescriptorResponse = WithImports(file);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol when _symbols.TryGetValue(asked.FileContainingSymbol, out var file):
                answer.FileDescriptorResponse = WithImports(file);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType when _symbols.ContainsKey(asked.AllExtensionNumbersOfType):
                answer.AllExtensionNumbersResponse = new() { BaseTypeName = asked.AllExtensionNumbersOfType };
                break;
            default:
                answer.ErrorResponse = new() { ErrorCode = (int)Code.NotFound, ErrorMessage = "There is no such file, symbol or extension here." };
                break;
        }
        return answer;
    }

    private static FileDescriptorResponse WithImports(FileDescriptor file)
    {
        var all = new List<FileDescriptor>();
        Collect(file);
        return new() { FileDescriptorProto = { all.Select(Complete) } };

        void Collect(FileDescriptor one)
        {
            if (all.Contains(one)) return;
            all.Add(one);
            foreach (var import in one.Dependencies) Collect(import);
        }
    }

    /// <summary>The generator leaves the JSON names out of what it embeds; clients that read a descriptor expect them.</summary>
    private static ByteString Complete(FileDescriptor file)
    {
        var proto = file.ToProto();
        foreach (var (message, type) in proto.MessageType.Zip(file.MessageTypes)) Name(message, type);
        return proto.ToByteString();

        static void Name(DescriptorProto message, MessageDescriptor type)
        {
            foreach (var field in message.Field) field.JsonName = type.FindFieldByNumber(field.Number).JsonName;
            foreach (var (nested, nestedType) in message.NestedType.Zip(type.NestedTypes)) Name(nested, nestedType);
        }
    }

    private void AddFile(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file)) return;
        foreach (var import in file.Dependencies) AddFile(import);
        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods) _symbols[method.FullName] = file;
        }
        foreach (var message in file.MessageTypes) AddMessage(message);
        foreach (var one in file.EnumTypes) _symbols[one.FullName] = file;
    }

    private void AddMessage(MessageDescriptor message)
    {
        _symbols[message.FullName] = message.File;
        foreach (var field in message.Fields.InDeclarationOrder()) _symbols[field.FullName] = message.File;
        foreach (var one in message.EnumTypes) _symbols[one.FullName] = message.File;
        foreach (var nested in message.NestedTypes) AddMessage(nested);
    }
}
