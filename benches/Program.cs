using Bench;

var bench = args is [var name, ..] ? name : "";
switch (bench)
{
    case "commit": await CommitBench.RunAsync(args); break;
    case "find": await FindBench.RunAsync(args); break;
    case "forecast": await ForecastBench.RunAsync(args); break;
    case "rpc": await RpcBench.RunAsync(args); break;
    case "watch": await WatchBench.RunAsync(args); break;
    default:
        Console.Error.WriteLine($"There is no bench '{bench}'.");
        return 2;
}
return 0;
