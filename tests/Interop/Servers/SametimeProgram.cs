using System.Diagnostics;
using System.Text;

namespace Sametime.Tests.Interop.Servers;

/// <summary>The built program <c>sametime</c>, run as its users run it: as a process.</summary>
internal static class SametimeProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>How a process of the program is started with these arguments.</summary>
    public static ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "sametime.dll");
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"the server {program} is missing: build compose/compose.csproj", program);
        }

        return new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
    }

    /// <summary>Runs a command to its end and returns what it wrote; fails when it did.</summary>
    public static async Task<string> RunAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await WriteAsync(process, input);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"sametime {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and its own words say why.
        }
    }
}
