using System.Buffers;
using System.Formats.Asn1;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sametime.Services.Providers.Ldap.Protocol;

/// <summary>
/// One connection to a directory, for one request at a time. It follows no referral: what another server may hold was not asked for, and nobody's
/// password is ever sent there. Every failure is an <see cref="LdapException"/>, or the cancellation of the caller; either way the
/// connection is of no more use.
/// </summary>
internal sealed class LdapConnection : IDisposable
{
    // Far above any answer of a directory of people; a length beyond it is no LDAP.
    private const int MessageBytesMax = 16 * 1024 * 1024;

    private const byte SequenceTag = 0x30;

    private readonly TcpClient _client = new() { NoDelay = true };
    private Stream _stream = Stream.Null;
    private PipeReader _reader = PipeReader.Create(Stream.Null);
    private int _lastId;

    private LdapConnection()
    {
    }

    /// <summary>Connects, and encrypts if the directory is to be reached so.</summary>
    public static async Task<LdapConnection> OpenAsync(LdapServerOptions server, X509Certificate2Collection? authorities, CancellationToken stop)
    {
        var connection = new LdapConnection();
        try
        {
            await connection.ConnectAsync(server, authorities, stop).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure)
        {
            connection.Dispose();
            if (failure is SocketException or IOException or AuthenticationException)
                throw new LdapException(failure.Message, failure);
            throw;
        }
    }

    /// <summary>Says who we are, or asks whether somebody is who he says. The code tells; none is an exception.</summary>
    public Task<LdapResult> BindAsync(string name, ReadOnlyMemory<byte> password, CancellationToken stop) =>
        AskAsync(LdapMessages.Bind(++_lastId, name, password.Span), LdapMessages.BindResponse, entries: null, stop);

    /// <summary>Searches without pages.</summary>
    public async Task<(LdapResult Result, List<LdapEntry> Entries)> SearchAsync(LdapSearch search, TimeSpan timeLimit, CancellationToken stop)
    {
        var entries = new List<LdapEntry>();
        var request = LdapMessages.Search(++_lastId, search, pageSize: 0, cookie: default, timeLimit);
        return (await AskAsync(request, LdapMessages.SearchDone, entries, stop).ConfigureAwait(false), entries);
    }

    /// <summary>Asks for one page of a search.</summary>
    public async Task<(LdapResult Result, byte[] Cookie)> SearchPageAsync(
        LdapSearch search, int pageSize, byte[] cookie, List<LdapEntry> entries, TimeSpan timeLimit, CancellationToken stop)
    {
        var next = Array.Empty<byte>();
        var request = LdapMessages.Search(++_lastId, search, pageSize, cookie, timeLimit);
        var result = await AskAsync(request, LdapMessages.SearchDone, entries, stop, rest => next = LdapMessages.ReadCookie(rest)).ConfigureAwait(false);
        return (result, next);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task ConnectAsync(LdapServerOptions server, X509Certificate2Collection? authorities, CancellationToken stop)
    {
        var uri = server.Address;
        await _client.ConnectAsync(uri.DnsSafeHost, uri.Port, stop).ConfigureAwait(false);
        Use(_client.GetStream());
        if (server.StartTls)
        {
            var answer = await AskAsync(LdapMessages.StartTls(++_lastId), LdapMessages.ExtendedResponse, entries: null, stop).ConfigureAwait(false);
            if (answer.Code != LdapCode.Success)
                throw new LdapException($"StartTLS was refused with {answer}");
            if (_reader.TryRead(out var early) && !early.Buffer.IsEmpty)
                throw new LdapException("something came in the clear behind the answer to StartTLS");
        }
        if (server.StartTls || server.IsTls)
            await EncryptAsync(uri.DnsSafeHost, authorities, stop).ConfigureAwait(false);
    }

    private void Use(Stream stream) => (_stream, _reader) = (stream, PipeReader.Create(stream));

    private async Task EncryptAsync(string host, X509Certificate2Collection? authorities, CancellationToken stop)
    {
        var tls = new SslStream(_stream);
        Use(tls);
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
        await tls.AuthenticateAsClientAsync(options, stop).ConfigureAwait(false);
    }

    private async Task<LdapResult> AskAsync(
        byte[] request, int last, List<LdapEntry>? entries, CancellationToken stop, Action<AsnReader>? readControls = null)
    {
        try
        {
            await _stream.WriteAsync(request, stop).ConfigureAwait(false);
            while (true)
            {
                var (id, operation, fields, rest) = LdapMessages.Read(await ReadMessageAsync(stop).ConfigureAwait(false));
                if (id == 0)
                    throw new LdapException($"the server hangs up with {LdapMessages.ReadResult(fields)}");
                if (id != _lastId)
                    throw new LdapException("an answer to no question came");
                if (operation == last)
                {
                    var result = LdapMessages.ReadResult(fields);
                    readControls?.Invoke(rest);
                    return result;
                }
                if (operation == LdapMessages.SearchEntry && entries is not null)
                    entries.Add(LdapMessages.ReadEntry(fields));
                else if (operation != LdapMessages.SearchReference)
                    throw new LdapException($"message {operation} came instead of {last}");
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or AsnContentException)
        {
            throw new LdapException(failure is AsnContentException ? "what came is no LDAP" : failure.Message, failure);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadMessageAsync(CancellationToken stop)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(stop).ConfigureAwait(false);
            if (Length(read.Buffer) is { } length && read.Buffer.Length >= length)
            {
                var message = read.Buffer.Slice(0, length).ToArray();
                _reader.AdvanceTo(read.Buffer.GetPosition(length));
                return message;
            }
            if (read.IsCompleted)
                throw new LdapException("the server has hung up");
            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Bytes of the message that begins here: its tag, its length in one byte or in as many as the first one says, its content.</summary>
    private static long? Length(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out var tag) || !reader.TryRead(out var first))
            return null;
        var lengthBytes = first < 0x80 ? 0 : first & 0x7f;
        if (tag != SequenceTag || first == 0x80 || lengthBytes > 4)
            throw new LdapException("what came is no LDAP");
        long length = lengthBytes == 0 ? first : 0;
        for (var i = 0; i < lengthBytes; i++)
        {
            if (!reader.TryRead(out var digit))
                return null;
            length = (length << 8) | digit;
        }
        return length <= MessageBytesMax ? reader.Consumed + length : throw new LdapException($"a message of {length} bytes is beyond {MessageBytesMax}");
    }
}
