using System.Net.Security;
using System.Text;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge.Clients;
using Xunit;

namespace Sametime.Tests.Unit.BadInput;

/// <summary>What a connection begins with, and frames that carry nothing.</summary>
public sealed class FirstBytesTests(ServerUnderAttack server) : BadInputTest(server)
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /x")]
    [InlineData("\u0001garbage")]
    [InlineData("\u0017\u0003\u0003")]
    [InlineData("\u007f")]
    public async Task A_first_byte_of_nothing_we_know_is_closed_without_a_reply(string text)
    {
        var client = await ConnectAsync();
        await client.SendBytesAsync(Encoding.Latin1.GetBytes(text));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Keep_alive_bytes_may_come_first()
    {
        var client = await ConnectAsync();
        await client.SendBytesAsync(new byte[] { 0x80, 0xff, 0x81 });
        await StaysAsync(await client.LogInAsync("mallory", ServerUnderAttack.Password));
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_closed()
    {
        var client = await ConnectAsync();
        await IsKeptAndThenClosedAsync(client, ClientState.Silent);
    }

    [Fact]
    public async Task Keep_alive_bytes_alone_are_no_progress()
    {
        var client = await ConnectAsync();
        await client.SendBytesAsync(new byte[] { 0x80 });
        await IsKeptAndThenClosedAsync(client, ClientState.New, meanwhile: async () =>
        {
            // Until it is closed, when there is nobody to send to any more.
            for (var sent = 0; sent < 1_000; sent++)
            {
                try
                {
                    await client.SendBytesAsync(new byte[] { 0x80 });
                }
                catch (IOException)
                {
                    return;
                }
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
            Assert.Fail("Keep-alive bytes alone have kept the connection open.");
        });
    }

    [Fact]
    public async Task Nine_hundred_and_ninety_nine_empty_frames_in_a_row_are_ignored_and_one_more_is_not()
    {
        var patient = await ShakeAsync();
        await patient.SendBytesAsync(new byte[4 * 999]);
        await patient.SendAsync(patient.LoginOf("mallory", ServerUnderAttack.Password));
        await patient.ExpectAsync<LoginAck>();
        await patient.SendBytesAsync(new byte[4 * 1000]);
        Assert.Equal(Reason.ProtocolError, await patient.EndReasonAsync());

        var client = await ConnectAsync();
        await client.SendBytesAsync(new byte[4 * 1000]);
        Assert.Equal(Reason.ProtocolError, await client.EndReasonAsync());
    }

    [Fact]
    public async Task Inside_TLS_a_plain_password_is_welcome_and_another_TLS_is_not()
    {
        var client = await ConnectAsync();
        await client.WrapAsync(Trusting, BeginAsync);
        await client.HandshakeAsync();
        await client.SendAsync(new Login(ClientType.Meanwhile, "mallory", Opaque.Wrap(AuthDataWriter.Plain(ServerUnderAttack.Password)), AuthType.Plain));
        await client.ExpectAsync<LoginAck>();

        var nested = await ConnectAsync();
        await nested.WrapAsync(Trusting, BeginAsync);
        await nested.SendBytesAsync(new byte[] { 0x16, 3, 1, 0, 5 });
        Assert.Empty(await nested.ReadToEndAsync());
    }

    [Fact]
    public async Task A_TLS_hello_that_is_none_ends_that_connection_only()
    {
        var client = await ConnectAsync();
        await client.SendBytesAsync(new byte[] { 0x16, 3, 1, 0, 4, 0xff, 0xff, 0xff, 0xff });
        var answer = await client.ReadToEndAsync();
        Assert.True(answer.Length is 0 or 7, $"An alert record at most, not {answer.Length} bytes.");
    }

    private static Task BeginAsync(SslStream tls) => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" });

    private static SslStream Trusting(Stream stream) => new(stream, leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate?.Subject == "CN=localhost");
}
