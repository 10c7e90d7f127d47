using Sametime.Tests.Mutate;

if (args.Contains("--help"))
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stopping.Cancel();
};
try
{
    await Session.RunAsync(args[0], Arguments.Parse(args[1..]), stopping.Token);
    return 0;
}
catch (MutateException why)
{
    Console.Error.WriteLine($"tests/mutate: {why.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
